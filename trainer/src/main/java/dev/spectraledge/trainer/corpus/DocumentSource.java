package dev.spectraledge.trainer.corpus;

import java.util.List;
import java.util.Map;

/** Documents in a fixed order, which can be read several times. */
public interface DocumentSource {
    /**
     * Reads all documents.
     *
     * @throws dev.spectraledge.trainer.RunException with one line that names the file and what is wrong with it
     */
    void read(DocumentSink sink);

    /** What the documents are, for the record of a corpus: file names with hashes or other facts. */
    List<Map<String, Object>> description();
}
