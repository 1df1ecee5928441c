package io.leibniz.compile.emit;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.function.Consumer;

/** Defines a hidden class with one public constructor, {@code width()} and the given methods, and makes its one instance. */
final class Hidden {
  private Hidden() {}

  /** The names of vector classes begin with this: C1 is told to leave them alone. */
  static final String VECTORS = "Vector";

  /** The name under which a class is defined, to be seen in stack traces and by compiler directives. */
  static ClassDesc name(Class<?> body, Lanes lanes) {
    Class<?> kind = body.getEnclosingClass();
    return ClassDesc.of(
        Hidden.class.getPackageName(),
        (lanes.width() > 1 ? VECTORS : "Scalar") + (kind == null ? body : kind).getSimpleName());
  }

  /** {@code calls} are what its code gets by {@link Functions}. */
  static <T> T define(
      Class<T> body, Lanes lanes, List<MethodHandle> calls, Consumer<ClassBuilder> methods) {
    ClassDesc type = body.describeConstable().orElseThrow();
    byte[] bytes =
        ClassFile.of()
            .build(
                name(body, lanes),
                cb -> {
                  cb.withFlags(AccessFlag.FINAL, AccessFlag.SUPER)
                      .withInterfaceSymbols(type)
                      .withMethodBody(
                          "<init>",
                          MTD_void,
                          ClassFile.ACC_PUBLIC,
                          c -> c.aload(0).invokespecial(CD_Object, "<init>", MTD_void).return_())
                      .withMethodBody(
                          "width",
                          MethodTypeDesc.of(CD_int),
                          ClassFile.ACC_PUBLIC,
                          c -> c.loadConstant(lanes.width()).ireturn());
                  methods.accept(cb);
                });
    assert compiles(bytes) : "a method of " + name(body, lanes) + " is too long for the JIT";
    try {
      return body.cast(
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(bytes, calls, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("emitted " + body.getSimpleName(), e);
    }
  }

  /** Whether all methods have a length that the JIT compiles: for tests. */
  private static boolean compiles(byte[] bytes) {
    return ClassFile.of().parse(bytes).methods().stream()
        .allMatch(
            m ->
                m.findAttribute(Attributes.code()).map(CodeAttribute::codeLength).orElse(0)
                    <= LONGEST);
  }

  private static final int LONGEST = 8000; // bytes of code: HotSpot's HugeMethodLimit
}
