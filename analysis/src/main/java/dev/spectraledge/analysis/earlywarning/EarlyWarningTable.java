package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.trainer.warning.DetectorRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The numbers of a study for programs: as JSON, and as CSV with the same columns. */
final class EarlyWarningTable {
    private final EarlyWarning study;

    EarlyWarningTable(EarlyWarning study) {
        this.study = study;
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("event", study.event().key());
        document.put("ahead", study.ahead());
        document.put("runs", study.runs());
        document.put("came", study.came());
        document.put("no_roc", study.noRoc().orElse(null));
        document.put("sentences", new EarlyWarningText(study).sentences());
        document.put(DetectorRules.file().key(), DetectorRules.file().hash());
        document.put(
                "detectors",
                study.verdicts().stream().map(EarlyWarningTable::fields).toList());
        document.put("damaged", study.damaged());
        return document;
    }

    private static Map<String, Object> fields(DetectorVerdict verdict) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("detector", verdict.rule().name());
        fields.put("kind", verdict.rule().kind());
        fields.put("runs", verdict.runs());
        fields.put("warned", verdict.warned().hits());
        fields.put("event_runs", verdict.warned().cases());
        fields.put("false_alarms", verdict.falseAlarms().hits());
        fields.put("other_runs", verdict.falseAlarms().cases());
        fields.put("false_alarms_low", verdict.falseAlarms().low());
        fields.put("false_alarms_high", verdict.falseAlarms().high());
        verdict.leads().forEach((event, lead) -> {
            fields.put("lead_" + event.key(), finite(lead.median()));
            fields.put("lead_" + event.key() + "_lower", finite(lead.lower()));
            fields.put("lead_" + event.key() + "_upper", finite(lead.upper()));
        });
        fields.put("area", finite(verdict.area()));
        fields.put("area_low", finite(verdict.interval().low()));
        fields.put("area_high", finite(verdict.interval().high()));
        fields.put("rank_correlation", finite(verdict.correlation().correlation()));
        fields.put("rank_correlation_p", verdict.correlation().probability());
        fields.put("rank_correlation_p_holm", verdict.adjusted());
        return fields;
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    String csv() {
        StringBuilder text = new StringBuilder();
        for (DetectorVerdict verdict : study.verdicts()) {
            Map<String, Object> fields = fields(verdict);
            if (text.isEmpty()) {
                text.append(String.join(",", fields.keySet())).append('\n');
            }
            List<String> cells = new ArrayList<>();
            fields.values().forEach(value -> cells.add(value == null ? "" : value.toString()));
            text.append(String.join(",", cells)).append('\n');
        }
        return text.toString();
    }
}
