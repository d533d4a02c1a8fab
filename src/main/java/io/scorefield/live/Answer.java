package io.scorefield.live;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// What a request is answered with.
///
/// @param code of HTTP
/// @param type of the body
record Answer(int code, String type, byte[] body) {
  private static final JsonMapper JSON = new JsonMapper();

  /// Answers a request.
  @FunctionalInterface
  interface Action {
    /// @param query the parameters of the address
    /// @param body what was posted; empty otherwise
    Answer to(Map<String, String> query, String body) throws Exception;
  }

  static Answer json(Object tree) {
    return new Answer(200, "application/json", JSON.writeValueAsBytes(tree));
  }

  static Answer bytes(byte[] body) {
    return new Answer(200, "application/octet-stream", body);
  }

  /// That something cannot be done, with the reason in one line.
  static Answer refused(int code, String reason) {
    return new Answer(code, "application/json", JSON.writeValueAsBytes(Map.of("error", reason)));
  }

  /// What someone has written into a field is wrong. The request itself is in order: browsers note others as errors.
  static Answer refused(WrongField wrong) {
    return new Answer(200, "application/json", JSON.writeValueAsBytes(Map.of("error", wrong.getMessage(), "field", wrong.field())));
  }

  static Answer text(int code, String text) {
    return new Answer(code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }
}
