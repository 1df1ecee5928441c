package io.leibniz.verify.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Who may use whom. A rule takes the root package, so that planted classes can be put under it. */
final class Arrows {
  private Arrows() {}

  /** The packages of core in reading order: each uses only those before it. */
  static List<String> layers(String root) {
    return List.of(
        root + ".ir..",
        root + ".transform..",
        root + ".eval..",
        root + ".backend..",
        root, // the façade itself, without the packages below it
        root + ".check..");
  }

  /** For each layer but the last: it uses none of the later ones. */
  static Stream<ArchRule> layering(String root) {
    List<String> layers = layers(root);
    return IntStream.range(0, layers.size() - 1)
        .mapToObj(
            i ->
                noClasses()
                    .that()
                    .resideInAPackage(layers.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(rest(layers, i + 1))
                    .because("the packages of core are read in the order " + layers)
                    .allowEmptyShould(true));
  }

  /** A package of core that stands in no layer would escape {@link #layering}. */
  static ArchRule everyPackageHasItsLayer(String root) {
    return classes().should().resideInAnyPackage(rest(layers(root), 0));
  }

  /** No two packages use each other, directly or by way of others. */
  static ArchRule noPackageCycles(String root) {
    return slices().assignedFrom(packagesOf(root)).should().beFreeOfCycles();
  }

  /** Networks run on whatever backend a program brings: nn itself never sees the compiler. */
  static ArchRule neverSeesTheCompiler(String root) {
    return noClasses().should().dependOnClassesThat(resideInAnyPackage(root + ".compile.."));
  }

  private static SliceAssignment packagesOf(String root) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(root) || name.startsWith(root + ".")
            ? SliceIdentifier.of(name)
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }

  private static String[] rest(List<String> layers, int from) {
    return layers.subList(from, layers.size()).toArray(String[]::new);
  }
}
