package io.leibniz.verify.arch;

import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/**
 * The switches over ops in a set of sources. A new op must be named in each of them, and javac says
 * so only where no case takes all that is left. Bytecode does not show such a case, so javac's own
 * trees are read.
 */
final class OpSwitches {
  private static final List<String> NAMES = List.of("io.leibniz.ir.Op", "io.leibniz.ir.Dependence");

  /** A switch over an op, and whether one of its cases takes whatever comes. */
  record Found(String file, long line, boolean catchesAll) {}

  private OpSwitches() {}

  static List<Found> in(Path sources) throws IOException {
    var texts = new HashMap<String, String>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        texts.put(sources.relativize(file).toString(), Files.readString(file));
      }
    }
    return in(texts);
  }

  /** {@code texts}: file name to source. */
  static List<Found> in(Map<String, String> texts) {
    var problems = new DiagnosticCollector<JavaFileObject>();
    var options = List.of("-proc:none", "--module-path", jarOf(NullMarked.class));
    var sources = texts.entrySet().stream().map(Source::new).toList();
    var javac = ToolProvider.getSystemJavaCompiler();
    var task = (JavacTask) javac.getTask(null, null, problems, options, null, sources);
    try {
      var units = task.parse();
      task.analyze();
      for (var problem : problems.getDiagnostics()) {
        if (problem.getKind() == Diagnostic.Kind.ERROR) {
          throw new IllegalStateException(problem.toString());
        }
      }
      var scan = new Scan(task);
      units.forEach(unit -> scan.scan(unit, null));
      return scan.found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jarOf(Class<?> type) {
    var location = type.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(URI.create(location.toString())).toString();
  }

  private static final class Scan extends TreePathScanner<Void, Void> {
    final List<Found> found = new ArrayList<>();
    private final JavacTask task;
    private final Trees trees;

    Scan(JavacTask task) {
      this.task = task;
      this.trees = Trees.instance(task);
    }

    @Override
    public Void visitSwitch(SwitchTree tree, Void nothing) {
      look(tree.getExpression(), tree.getCases());
      return super.visitSwitch(tree, nothing);
    }

    @Override
    public Void visitSwitchExpression(SwitchExpressionTree tree, Void nothing) {
      look(tree.getExpression(), tree.getCases());
      return super.visitSwitchExpression(tree, nothing);
    }

    private void look(ExpressionTree selector, List<? extends CaseTree> cases) {
      TypeMirror type = trees.getTypeMirror(new TreePath(getCurrentPath(), selector));
      if (NAMES.stream().noneMatch(name -> isA(type, name))) {
        return;
      }
      CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
      long at = trees.getSourcePositions().getStartPosition(unit, getCurrentPath().getLeaf());
      found.add(
          new Found(
              unit.getSourceFile().getName(),
              unit.getLineMap().getLineNumber(at),
              cases.stream().anyMatch(branch -> catchesAll(branch, type))));
    }

    /** {@code default}, also behind {@code null}, or a type pattern that every selector matches. */
    private boolean catchesAll(CaseTree branch, TypeMirror selector) {
      return branch.getLabels().stream()
          .anyMatch(
              label ->
                  label instanceof DefaultCaseLabelTree
                      || branch.getGuard() == null
                          && label instanceof PatternCaseLabelTree pattern
                          && pattern.getPattern() instanceof BindingPatternTree binding
                          && isSubtype(selector, typeOf(binding)));
    }

    private TypeMirror typeOf(BindingPatternTree binding) {
      return trees.getTypeMirror(
          TreePath.getPath(getCurrentPath(), binding.getVariable().getType()));
    }

    private boolean isA(TypeMirror type, String name) {
      var element = task.getElements().getTypeElement(name);
      return element != null && isSubtype(type, element.asType());
    }

    private boolean isSubtype(TypeMirror type, TypeMirror of) {
      var types = task.getTypes();
      return types.isSubtype(types.erasure(type), types.erasure(of));
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(Map.Entry<String, String> source) {
      super(URI.create("string:///" + source.getKey()), JavaFileObject.Kind.SOURCE);
      this.text = source.getValue();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
