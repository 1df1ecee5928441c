package io.leibniz.verify.arch;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;

/** Classes that break the rules on purpose: a rule that lets them pass checks nothing. */
final class Planted {
  static final String ROOT = "io.leibniz.verify.arch.planted";

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/test-classes", ROOT.split("\\.")));

  private Planted() {}

  /** Whether the rule is broken by the planted class or member of this name. */
  static boolean violates(ArchRule rule, String name) {
    return rule.evaluate(CLASSES).getFailureReport().getDetails().stream()
        .anyMatch(line -> line.contains(name));
  }
}
