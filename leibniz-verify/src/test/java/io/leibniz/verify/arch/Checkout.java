package io.leibniz.verify.arch;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The project as it lies on disk beside this module: sources, compiled classes, module descriptors. */
final class Checkout {
  static final List<String> MODULES = List.of("core", "compile", "symbolic", "nn", "cli", "verify");

  /** Surefire starts the tests in their module's folder. */
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What ANTLR makes of the grammar has a style of its own. */
  private static final Pattern GENERATED = Pattern.compile(".*/symbolic/grammar/Math.*");

  private Checkout() {}

  static Path sources(String module) {
    return ROOT.resolve("leibniz-" + module).resolve("src/main/java");
  }

  static JavaClasses classes(String... modules) {
    return new ClassFileImporter()
        .withImportOption(location -> !location.matches(GENERATED))
        .importPaths(Stream.of(modules).map(Checkout::output).toList());
  }

  static JavaClasses allClasses() {
    return classes(MODULES.toArray(String[]::new));
  }

  static ModuleDescriptor descriptor(String module) {
    return ModuleFinder.of(output(module)).find("io.leibniz." + module).orElseThrow().descriptor();
  }

  private static Path output(String module) {
    return ROOT.resolve("leibniz-" + module).resolve("target/classes");
  }
}
