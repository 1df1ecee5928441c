package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.symbolic.explain.Diagram;
import io.leibniz.symbolic.explain.DiagramSvg;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** A reader of XML, which symbolic has none of, can read the pictures. */
final class PictureTest {
  @Test
  void thePictureIsXmlWhateverTheNames() throws Exception {
    String z = "<z>&\"", x = "x\u0001" + (char) 0xd800;
    var d =
        new Diagram(
            List.of(new Diagram.Vertex(z, "a < b & 'c'", 1), new Diagram.Vertex(x, "", Double.NaN)),
            List.of(new Diagram.Edge(x, z, "]]>\\\"<", 2)));
    var xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(DiagramSvg.of(d, d.paths(z, x, 1)))));
    assertThat(xml.getElementsByTagName("text").getLength()).isGreaterThan(4);
  }
}
