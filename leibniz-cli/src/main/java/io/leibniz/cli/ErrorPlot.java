package io.leibniz.cli;

import io.leibniz.cli.StepSizes.Row;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How far differences are off, over the step: truncation falls to the right, rounding rises. Both axes are logarithmic. */
final class ErrorPlot {
  private static final int LEAST = -17; // stands for 0, too
  private static final int MOST = 1;

  private final StepSizes s;

  ErrorPlot(StepSizes s) {
    this.s = s;
  }

  /** What is drawn: its sign on a terminal, its colour in a picture. */
  private record Method(
      String name, char sign, Color color, Function<Row, @Nullable Double> slope) {}

  private static List<Method> methods() {
    return List.of(
        new Method("complex step", '×', new Color(0x3a7d44), Row::complex),
        new Method("forward", '○', new Color(0xc0562f), Row::forward),
        new Method("central", '●', new Color(0x1f4e79), Row::central));
  }

  /** The logarithm of the error, within the plot; NaN if there is none. */
  private double height(Method m, Row r) {
    if (!(m.slope.apply(r) instanceof Double d)) return Double.NaN;
    double e = StepSizes.error(d, s.exact());
    return Double.isNaN(e) ? e : Math.max(LEAST, Math.min(MOST, StrictMath.log10(e)));
  }

  /** One line for each power of ten, two columns for each step. */
  List<String> text() {
    int rows = MOST - LEAST + 1, columns = 2 * s.rows().size();
    char[][] grid = new char[rows][columns];
    for (char[] line : grid) Arrays.fill(line, ' ');
    for (Method m : methods())
      for (int i = 0; i < s.rows().size(); i++) {
        double e = height(m, s.rows().get(i));
        if (!Double.isNaN(e)) grid[MOST - (int) Math.round(e)][2 * i] = m.sign;
      }
    var out = new ArrayList<String>();
    out.add("relative error");
    for (int k = 0; k < rows; k++) {
      int power = MOST - k;
      String label = power == LEAST ? "0" : power % 4 == 0 ? "1e" + power : "";
      out.add("%6s │ %s".formatted(label, new String(grid[k])).stripTrailing());
    }
    out.add("       └" + "─".repeat(columns));
    var axis = new StringBuilder("         ");
    for (int i = 3; i < s.rows().size(); i += 6) {
      while (axis.length() < 9 + 2 * i) axis.append(' ');
      axis.append("1e-").append((i + 1) / 2);
    }
    out.add(axis + "  step h");
    return out;
  }

  byte[] png(String title) throws IOException {
    System.setProperty("java.awt.headless", "true"); // whatever DISPLAY says
    var chart =
        new XYChartBuilder()
            .width(960)
            .height(540)
            .title(title)
            .xAxisTitle("step h")
            .yAxisTitle("relative error")
            .build();
    style(chart);
    for (Method m : methods()) draw(chart, m);
    var out = new ByteArrayOutputStream();
    ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", out);
    return out.toByteArray();
  }

  private static void style(XYChart chart) {
    var style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE).setChartPadding(18);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(new Color(0xeeeeee)).setPlotGridVerticalLinesVisible(false);
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setXAxisLogarithmic(true).setYAxisLogarithmic(true);
  }

  private void draw(XYChart chart, Method m) {
    var steps = new ArrayList<Double>();
    var errors = new ArrayList<Double>();
    for (Row r : s.rows().reversed()) {
      double e = height(m, r);
      if (Double.isNaN(e)) continue;
      steps.add(r.h());
      errors.add(StrictMath.pow(10, e));
    }
    if (steps.isEmpty()) return;
    var series = chart.addSeries(m.name, steps, errors);
    series.setLineColor(m.color).setLineStyle(new BasicStroke(2f));
    series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(m.color);
  }
}
