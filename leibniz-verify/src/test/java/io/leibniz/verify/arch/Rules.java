package io.leibniz.verify.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.lang.invoke.MethodHandles;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How classes are written, as far as bytecode tells. */
final class Rules {
  /** A library is silent; the command line and the benchmarks speak. */
  static final ArchRule NO_STANDARD_STREAMS =
      GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  /** {@link System.Logger} is enough, and in java.base. */
  static final ArchRule NO_JAVA_UTIL_LOGGING =
      GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  static final ArchRule NO_STATIC_STATE =
      CompositeArchRule.of(fields().that().areStatic().should().beFinal())
          .and(
              noFields()
                  .that()
                  .areStatic()
                  .should()
                  .haveRawType(describe("that holds state", Rules::holdsState)))
          .and(
              fields()
                  .that(describe("are static arrays", Rules::isStaticArray))
                  .should()
                  .bePrivate()
                  .because("anyone can write into an array")
                  .allowEmptyShould(true));

  static final ArchRule NO_EMPTY_NAMES =
      noClasses()
          .should()
          .haveNameMatching(".*(Impl|Utils?|Manager|Helper)(\\$.*)?")
          .because("a name says what the class is");

  static final ArchRule NO_GETTERS =
      noMethods()
          .that()
          .arePublic()
          .and(describe("are not the JDK's or ANTLR's", Rules::isOurs))
          .should()
          .haveNameMatching("get[A-Z].*")
          .because("x.shape() reads like mathematics");

  private Rules() {}

  /** Reflection serves to walk records and to define emitted classes, in a few classes and those nested in them. */
  static ArchRule reflectionOnlyIn(String... names) {
    String any = Stream.of(names).map(Pattern::quote).collect(Collectors.joining("|", "(", ")"));
    return noClasses()
        .that()
        .haveNameNotMatching(any + "(\\$.*)?")
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.lang.reflect..")
                .or(type(MethodHandles.class))
                .or(type(MethodHandles.Lookup.class)))
        .orShould()
        .callMethod(Class.class, "forName", String.class);
  }

  /** A {@code List} or {@code Map} may be one of {@code List.of}: only the mutable classes tell. */
  private static boolean holdsState(JavaClass type) {
    boolean container = type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    return container && !type.isInterface()
        || type.isAssignableTo(ThreadLocal.class)
        || type.getPackageName().equals("java.util.concurrent.atomic");
  }

  /** Those that javac adds for a switch over an enum aside. */
  private static boolean isStaticArray(JavaField field) {
    return field.getModifiers().contains(JavaModifier.STATIC)
        && !field.getModifiers().contains(JavaModifier.SYNTHETIC)
        && field.getRawType().isArray();
  }

  private static boolean isOurs(JavaMethod method) {
    JavaClass owner = method.getOwner();
    return Stream.concat(
            owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
        .filter(type -> type.getPackageName().matches("(java|org\\.antlr)\\..*"))
        .flatMap(type -> type.getMethods().stream())
        .noneMatch(inherited -> inherited.getName().equals(method.getName()));
  }
}
