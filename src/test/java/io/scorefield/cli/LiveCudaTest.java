package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.cuda.TestDevice;
import io.scorefield.io.Npy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A page that asks for samples while a device is training.
@Tag("cuda")
class LiveCudaTest {
  private static final List<String> METHODS = List.of("plain", "likelihood");
  private static final int COUNT = 60;
  private static final String WISH = "{\"method\":\"%s\",\"strength\":1,\"steps\":20,\"count\":" + COUNT + ",\"seed\":4}";

  @TempDir Path folder;

  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  /// What a paused training shows are, to the bit, the samples of the checkpoint that it is stopped with.
  @Test
  void samplesWithinATrainingAreThoseOfItsCheckpoint() throws Exception {
    Path run = folder.resolve("run");
    Map<String, float[]> shown = new TreeMap<>();
    try (LivePage page =
        new LivePage(
            "train", "circle", "--live", "--engine", "cuda", "--out", run.toString(), "--set", "train.steps=1000000", "--set",
            "network={layers: 2, hidden: 16}", "--set", "schedule.steps=20")) {
      String url = page.url();
      LiveCommandTest.event(url, "loss");
      LiveCommandTest.post(url + "pause", "");
      long step = 0;
      for (String method : METHODS) {
        JsonNode draw = JsonMapper.shared().readTree(LiveCommandTest.post(url + "sample", WISH.formatted(method)).body());
        step = draw.path("step").asLong();
        shown.put(method, numbers(LiveCommandTest.bytes(url + "draw?frames=last&id=" + draw.path("id").asLong())));
      }
      LiveCommandTest.post(url + "stop", "");
      assertThat(page.end()).isEqualTo(1);
      assertThat(page.printed()).contains("engine: cuda (asked for)", "stopped at step " + step + " of");
    }
    assertThat(shown.get("plain")).hasSize(2 * COUNT).isNotEqualTo(shown.get("likelihood"));
    for (String method : METHODS) {
      Path samples = folder.resolve(method + ".npy");
      Cli.run(
              "sample", run.resolve("checkpoint.safetensors").toString(), "-n", "" + COUNT, "--seed", "4", "--method", method, "--engine",
              "cuda", "--out", samples.toString())
          .ok();
      assertThat(shown.get(method)).containsExactly(Npy.read(samples).values());
    }
  }

  private static float[] numbers(byte[] numbers) {
    float[] values = new float[numbers.length / Float.BYTES];
    ByteBuffer.wrap(numbers).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
