package io.leibniz.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A picture of a run: accuracy and loss over the epochs. */
final class Curve {
  private static final Color ACCURACY = new Color(0x1f4e79);
  private static final Color LOSS = new Color(0xc0562f);
  private static final Color GRID = new Color(0xdddddd);
  private static final Color INK = new Color(0x333333);

  private Curve() {}

  static byte[] png(Run run) throws IOException {
    System.setProperty(
        "java.awt.headless", "true"); // whatever DISPLAY says: it may be out of reach
    var out = new ByteArrayOutputStream();
    ImageIO.write(BitmapEncoder.getBufferedImage(chart(run)), "png", out);
    return out.toByteArray();
  }

  private static XYChart chart(Run run) {
    var chart =
        new XYChartBuilder()
            .width(960)
            .height(540)
            .title(run.recipe().toString())
            .xAxisTitle("epoch")
            .build();
    var style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE).setChartPadding(18).setChartFontColor(INK);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16)).setChartTitlePadding(12);
    style.setLegendVisible(false).setPlotBorderVisible(false);
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14)).setAxisTitlePadding(10);
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    style.setPlotGridVerticalLinesVisible(false).setPlotGridLinesColor(GRID);
    style.setXAxisDecimalPattern("0").setYAxisDecimalPattern("0.###");
    style.setXAxisTickMarkSpacingHint(Math.max(40, 800 / Math.max(1, run.epochs())));
    axis(chart, 0, "test accuracy, %", ACCURACY, Styler.YAxisPosition.Left);
    axis(chart, 1, "training loss", LOSS, Styler.YAxisPosition.Right);
    line(chart, run, "test accuracy", 0, ACCURACY, r -> 100 * r.accuracy());
    line(chart, run, "training loss", 1, LOSS, Run.Result::loss);
    return chart;
  }

  /** An axis in the colour of its line, which needs no legend then. */
  private static void axis(
      XYChart chart, int axis, String title, Color color, Styler.YAxisPosition side) {
    chart.setYAxisGroupTitle(axis, title);
    chart.getStyler().setYAxisGroupPosition(axis, side).setYAxisGroupTitleColor(axis, color);
    chart.getStyler().setYAxisGroupTickLabelsColorMap(axis, color);
  }

  private static void line(
      XYChart chart,
      Run run,
      String name,
      int axis,
      Color color,
      ToDoubleFunction<Run.Result> value) {
    List<Integer> epochs = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < run.epochs(); i++) {
      double y = value.applyAsDouble(run.history().get(i));
      if (!Double.isFinite(y)) continue; // XChart draws no NaN
      epochs.add(i + 1);
      values.add(y);
    }
    if (values.isEmpty()) return;
    var series = chart.addSeries(name, epochs, values);
    series.setYAxisGroup(axis);
    series.setLineColor(color).setLineStyle(new BasicStroke(2.5f));
    series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color);
  }
}
