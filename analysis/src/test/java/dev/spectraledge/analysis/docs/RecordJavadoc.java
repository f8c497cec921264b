package dev.spectraledge.analysis.docs;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.ValueTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the Javadoc of a record or an enumeration says: its text, and that of its components or constants, as Markdown. */
final class RecordJavadoc {
    private final String text;
    private final Map<String, String> parts;

    private RecordJavadoc(String text, Map<String, String> parts) {
        this.text = text;
        this.parts = parts;
    }

    /** Parses the source of a class of a module of this repository. */
    static RecordJavadoc of(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".java";
        Path source = Stream.of("native-bindings", "kernels", "trainer", "analysis")
                .map(module -> MarkdownPage.ROOT
                        .resolve(module)
                        .resolve("src/main/java")
                        .resolve(name))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no source of " + type));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(source));
            CompilationUnitTree unit = task.parse().iterator().next();
            ClassTree declaration = (ClassTree) unit.getTypeDecls().stream()
                    .filter(ClassTree.class::isInstance)
                    .findFirst()
                    .orElseThrow();
            DocTrees comments = DocTrees.instance(task);
            TreePath path = TreePath.getPath(unit, declaration);
            Map<String, String> constants = constants(declaration);
            RecordJavadoc javadoc = read(comments.getDocCommentTree(path), constants);
            for (Tree member : declaration.getMembers()) {
                DocCommentTree comment = comments.getDocCommentTree(new TreePath(path, member));
                if (type.isEnum() && member instanceof VariableTree constant && comment != null) {
                    javadoc.parts.put(constant.getName().toString(), markdown(comment.getFullBody(), constants));
                }
            }
            return javadoc;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Map<String, String> constants(ClassTree declaration) {
        Map<String, String> constants = new HashMap<>();
        for (Tree member : declaration.getMembers()) {
            if (member instanceof VariableTree variable && isLiteral(variable.getInitializer())) {
                constants.put(
                        variable.getName().toString(),
                        ((com.sun.source.tree.LiteralTree) variable.getInitializer())
                                .getValue()
                                .toString());
            }
        }
        return constants;
    }

    private static boolean isLiteral(ExpressionTree value) {
        return value instanceof com.sun.source.tree.LiteralTree literal && literal.getKind() != Kind.NULL_LITERAL;
    }

    private static RecordJavadoc read(DocCommentTree comment, Map<String, String> constants) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (DocTree tag : comment.getBlockTags()) {
            if (tag instanceof ParamTree parameter) {
                parameters.put(
                        parameter.getName().getName().toString(), markdown(parameter.getDescription(), constants));
            }
        }
        return new RecordJavadoc(markdown(comment.getFullBody(), constants), parameters);
    }

    private static String markdown(List<? extends DocTree> trees, Map<String, String> constants) {
        return trees.stream()
                .map(tree -> markdown(tree, constants))
                .collect(Collectors.joining())
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String markdown(DocTree tree, Map<String, String> constants) {
        return switch (tree) {
            case TextTree plain -> plain.getBody();
            case LiteralTree literal -> "`" + literal.getBody().getBody().strip() + "`";
            case LinkTree link ->
                link.getLabel().isEmpty()
                        ? "`" + link.getReference().getSignature().replaceFirst("^#", "") + "`"
                        : markdown(link.getLabel(), constants);
            case ValueTree value -> constant(value, constants);
            default -> tree.toString();
        };
    }

    private static String constant(ValueTree value, Map<String, String> constants) {
        String name = value.getReference().getSignature().replaceFirst("^#", "");
        if (!constants.containsKey(name)) {
            throw new IllegalArgumentException("Javadoc of a key refers to " + name + ", no constant of its record");
        }
        return constants.get(name);
    }

    /** The text before the tags. */
    String text() {
        return text;
    }

    /** What is said of a component of a record, or of a constant; nothing if nothing is said. */
    String of(String part) {
        return parts.getOrDefault(part, "");
    }
}
