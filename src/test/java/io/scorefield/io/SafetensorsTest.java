package io.scorefield.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SafetensorsTest {
  @TempDir Path folder;

  private static Safetensors example() {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    tensors.put("w", new Safetensors.Tensor(new int[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6}));
    tensors.put("b", new Safetensors.Tensor(new int[] {2}, new float[] {-0f, Float.MIN_VALUE}));
    return new Safetensors(Map.of("name", "quoted \"text\" \u03b1"), tensors);
  }

  private Path write(byte[] bytes) throws IOException {
    Path file = folder.resolve("x.safetensors");
    return Files.write(file, bytes);
  }

  private static byte[] bytes(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  @Test
  void comesBackAsItWasWritten() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    example().write(out);
    Safetensors read = Safetensors.read(write(out.toByteArray()));
    assertThat(read.metadata()).isEqualTo(example().metadata());
    assertThat(read.tensors().keySet()).containsExactly("w", "b");
    assertThat(read.require(folder, "w", 2, 3)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.require(folder, "b", 2)).containsExactly(-0f, Float.MIN_VALUE);
    // The header is padded so that the data are aligned.
    long header = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"v":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}} | 12 | overlap
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}} | 12 | overlap or leave a gap
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | 4 | cannot lie
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | 12 | truncated or damaged
          {"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}} | 8 | cannot lie
          {"w":{"dtype":"F32","shape":[1000000000,1000000000],"data_offsets":[0,8]}} | 8 | impossible shape
          {"w":{"dtype":"F32","shape":[8,8,8],"data_offsets":[0,8]}} | 8 | does not fit
          {"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}} | 8 | whole number
          {"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}} | 8 | whole number
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}} | 8 | cannot lie
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}} | 8 | whole number
          {"w":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}} | 8 | only F32
          {"w":{"shape":[2],"data_offsets":[0,8]}} | 8 | dtype
          {"w":[]} | 0 | dtype
          {"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}} | 0 | not valid JSON
          {"__metadata__":{"a":1}} | 0 | not a string
          {"__metadata__":[]} | 0 | not a JSON object
          [] | 0 | not a JSON object
          {"w": | 0 | not valid JSON
          {} x | 0 | not valid JSON
          """)
  void refusesHostileHeaders(String header, int dataBytes, String message) throws IOException {
    Path file = write(bytes(header, dataBytes));
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("x.safetensors")
        .hasMessageContaining(message);
  }

  @Test
  void refusesImpossibleHeaderLengths() throws IOException {
    for (long length : new long[] {0, 1, 9, 1L << 40, -1, Long.MIN_VALUE}) {
      byte[] bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      Path file = write(bytes);
      assertThatThrownBy(() -> Safetensors.read(file)).hasMessageContaining("header");
    }
    Path empty = write(new byte[3]);
    assertThatThrownBy(() -> Safetensors.read(empty)).hasMessageContaining("only 3 bytes");
  }

  @Test
  void deeplyNestedJsonIsRefusedNotOverflowing() throws IOException {
    Path file = write(bytes("[".repeat(200_000), 0));
    assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(FormatException.class);
  }

  @Test
  void survivesSeededMutations() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    example().write(out);
    Fuzz.mutations(out.toByteArray(), 4000, 11)
        .forEach(
            mutated -> {
              try {
                Path file = write(mutated);
                Safetensors.read(file);
              } catch (FormatException e) {
                assertThat(e).hasMessageContaining("x.safetensors");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  @Test
  void headersThatPromiseMuchMakeNobodyAllocateIt() throws IOException {
    String[] headers = {
      "{\"w\":{\"dtype\":\"F32\",\"shape\":[500000000],\"data_offsets\":[0,2000000000]}}",
      "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,250000000],\"data_offsets\":[0,2000000000]}}"
    };
    Safetensors.read(write(bytes("{}", 0))); // classes are loaded
    for (String header : headers) {
      Path file = write(bytes(header, 64));
      assertThat(Fuzz.allocated(() -> Safetensors.read(file))).isLessThan(1 << 20);
    }
    byte[] length = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 31).array();
    Path file = write(length);
    assertThat(Fuzz.allocated(() -> Safetensors.read(file))).isLessThan(1 << 20);
  }

  @Test
  void truncationAtEveryByteIsNoticed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    example().write(out);
    byte[] whole = out.toByteArray();
    for (int length = 0; length < whole.length; length++) {
      Path file = write(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(FormatException.class);
    }
  }
}
