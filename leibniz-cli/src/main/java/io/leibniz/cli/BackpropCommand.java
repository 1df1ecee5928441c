package io.leibniz.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leibniz backprop}: a network in, its back-propagation out, layer by layer. */
@Command(
    name = "backprop",
    description = "Shows back-propagation through a dense network, layer by layer.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    footer = {
      "",
      "FILE is a checkpoint of `leibniz train`, or JSON:",
      "  {\"layers\": [{\"W\": [[0.5, -0.25], [1, 0.125]], \"b\": [0.1, -0.2],",
      "               \"activation\": \"tanh\"}, {\"W\": [[1.5, -0.75]], \"b\": [0.2]}],",
      "   \"activation\": \"sigmoid\", \"input\": [1, -2], \"target\": [0.8],",
      "   \"loss\": \"quadratic\"}",
      "W has a row for each number that the layer gives. A list of lists as the",
      "input is a batch. Instead of layers, \"sizes\": [3, 2, 1] and \"seed\" will do."
    })
final class BackpropCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "A network with its weights.")
  private @Nullable Path file;

  @Option(
      names = "--net",
      paramLabel = "N,N,…",
      description =
          "The sizes of a network, input first. 1,1,1 has the weights of the lecture; those of others are drawn.")
  private @Nullable String net;

  @Option(
      names = "--activation",
      paramLabel = "A[,A…]",
      description =
          "One for all layers, one for each, or two: hidden and output. sigmoid, tanh, relu, softplus, gelu, silu, identity, softmax; sigmoid if not given.")
  private @Nullable String activation;

  @Option(
      names = "--input",
      paramLabel = "X,X,…",
      description = "What goes in; mnist:N is a test image, its digit the target.")
  private @Nullable String input;

  @Option(
      names = "--target",
      paramLabel = "Y,Y,…",
      description = "What should come out; for cross-entropy the number of a class will do.")
  private @Nullable String target;

  @Option(
      names = "--loss",
      paramLabel = "L",
      description = "quadratic (½‖a − y‖²), mse or cross-entropy; quadratic if not given.")
  private @Nullable String cost;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Other weights are drawn by another seed; 1 if not given.")
  private @Nullable Long seed;

  @Option(names = "--json", description = "Print JSON, all numbers with all their digits.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    var asked = new NetRequest(activation, input, target, cost, seed);
    var story = BackpropStory.of(asked.example(source()));
    var out = spec.commandLine().getOut();
    if (json) out.println(Lines.json(BackpropJson.of(story)));
    else BackpropText.print(story, out);
    return 0;
  }

  /** The file, or the sizes. */
  private NetFile source() throws IOException {
    if ((file == null) == (net == null))
      throw new Complaint(
          "backprop needs either --net with sizes, as in `--net 1,1,1`, or a file with a network");
    if (file != null) return NetFile.read(file);
    String sizes = String.valueOf(net);
    if (sizes.matches("\\s*-?\\d+\\s*(,\\s*-?\\d+\\s*)*")) return NetRequest.sizes(sizes);
    Path named = Path.of(sizes);
    if (sizes.contains(".") || named.toFile().exists()) return NetFile.read(named);
    throw new Complaint("--net needs two sizes or more, as in `3,2,1`, got `%s`".formatted(sizes));
  }
}
