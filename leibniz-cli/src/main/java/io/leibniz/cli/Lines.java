package io.leibniz.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** JSON, one value a line; a number that is not finite becomes the string "NaN", "Infinity" or "-Infinity". */
final class Lines {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private Lines() {}

  static String json(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** @throws tools.jackson.core.JacksonException if a line is no JSON, or too deep */
  static JsonNode read(String line) {
    return MAPPER.readTree(line);
  }
}
