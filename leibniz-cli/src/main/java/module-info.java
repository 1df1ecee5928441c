/** The {@code leibniz} command: the one place where everything is put together. */
module io.leibniz.cli {
  requires info.picocli;
  requires io.leibniz.core;
  requires io.leibniz.nn;
  requires io.leibniz.symbolic;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires tools.jackson.databind;
  requires xchart;
  requires static org.jspecify;

  opens io.leibniz.cli to
      info.picocli,
      io.leibniz.core,
      tools.jackson.databind;
  opens io.leibniz.cli.tour to
      io.leibniz.core;
}
