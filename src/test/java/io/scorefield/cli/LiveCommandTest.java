package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Live pages as a program sees them: who is let in, and what is sent.
class LiveCommandTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path folder;

  static HttpResponse<String> get(String url, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    return CLIENT.send((headers.length > 0 ? request.headers(headers) : request).build(), BodyHandlers.ofString());
  }

  static HttpResponse<String> post(String url, String body, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(body));
    return CLIENT.send((headers.length > 0 ? request.headers(headers) : request).build(), BodyHandlers.ofString());
  }

  static byte[] bytes(String url) throws Exception {
    return CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray()).body();
  }

  /// The code of an answer to a request that names another host, which Java's client does not let one do.
  private static String statusFor(String url, String host) throws Exception {
    URI uri = URI.create(url);
    try (Socket socket = new Socket("127.0.0.1", uri.getPort())) {
      socket
          .getOutputStream()
          .write(("GET " + uri.getPath() + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine().split(" ")[1];
    }
  }

  private static String[] endless(Path out, String... more) {
    return Stream.concat(
            Stream.of(Cli.small("train", "circle", out, "--set", "train.steps=100000000")), Stream.of(more))
        .toArray(String[]::new);
  }

  private static <T> T unchecked(Callable<T> task) {
    try {
      return task.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// The data of the first event of a name.
  static JsonNode event(String url, String name) throws Exception {
    HttpResponse<Stream<String>> events =
        CLIENT.send(HttpRequest.newBuilder(URI.create(url + "events")).build(), BodyHandlers.ofLines());
    try (Stream<String> lines = events.body()) {
      String data = lines.dropWhile(line -> !line.equals("event: " + name)).skip(1).findFirst().orElseThrow();
      return JsonMapper.shared().readTree(data.substring("data: ".length()));
    }
  }

  @Test
  void onlyThoseWhoHaveTheTokenAreLetIn() throws Exception {
    try (LivePage page = new LivePage(
      "simulate", "double-well", "--engine", "reference", "--live", "--out", folder.resolve("w.npy").toString(),
      "--set", "steps=100000000", "--set", "snapshots=100000", "-n", "10")) {
      String url = page.url();
      URI uri = URI.create(url);
      String root = "http://127.0.0.1:" + uri.getPort() + "/";
      HttpResponse<String> first = get(url);
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.body()).contains("run.js").doesNotContain("style=", "<script>", "https:");
      assertThat(first.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'").doesNotContain("unsafe");
      assertThat(first.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(get(root).statusCode()).isEqualTo(403);
      assertThat(get(root + "0".repeat(32) + "/").statusCode()).isEqualTo(403);
      assertThat(get(url + "nothing.js").statusCode()).isEqualTo(404);
      assertThat(get(url + "../run.js").statusCode()).isNotEqualTo(200);
      assertThat(get(url + "stop").statusCode()).as("actions are posted").isEqualTo(404);
      assertThat(statusFor(url, "127.0.0.1:" + uri.getPort())).isEqualTo("200");
      assertThat(statusFor(url, "localhost:" + uri.getPort())).isEqualTo("200");
      assertThat(statusFor(url, "evil.example:" + uri.getPort())).as("a name that leads here").isEqualTo("403");
      assertThat(post(url + "stop", "", "Origin", "http://evil.example").statusCode()).isEqualTo(403);
      assertThat(page.printed()).doesNotContain("stopping");
      assertThat(post(url + "stop", "", "Origin", "http://127.0.0.1:" + uri.getPort()).statusCode()).isEqualTo(200);
      assertThat(page.end()).isEqualTo(1);
      assertThat(page.printed()).contains("stopping ...", "scorefield: stopped");
    }
  }

  @Test
  void aTrainingIsPausedSampledAndStopped() throws Exception {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    Path run = folder.resolve("run");
    try (LivePage page = new LivePage(endless(run, "--live"))) {
      String url = page.url();
      assertThat(event(url, "work").path("engine").asString()).isEqualTo("native");
      JsonNode model = event(url, "model");
      assertThat(model.path("components").toString()).isEqualTo("[\"x\",\"y\"]");
      assertThat(model.path("choices").path("methods").size()).isEqualTo(3);
      JsonNode draw = event(url, "draw");
      assertThat(draw.path("count").asInt()).isGreaterThanOrEqualTo(100);
      byte[] states = bytes(url + "draw?components=0,1&id=" + draw.path("id").asLong());
      assertThat(states).hasSize(draw.path("times").size() * draw.path("count").asInt() * 2 * Float.BYTES);
      assertThat(event(url, "levels").path("residuals").size()).isEqualTo(25);
      post(url + "pause", "");
      String wish = "{\"method\":\"%s\",\"strength\":1,\"steps\":100,\"count\":300,\"seed\":4}";
      JsonNode plain = JsonMapper.shared().readTree(post(url + "sample", wish.formatted("plain")).body());
      JsonNode likelihood = JsonMapper.shared().readTree(post(url + "sample", wish.formatted("likelihood")).body());
      assertThat(likelihood.path("step").asLong()).as("it waits").isEqualTo(plain.path("step").asLong());
      assertThat(likelihood.path("median").asDouble()).isLessThan(0.7 * plain.path("median").asDouble());
      HttpResponse<String> wrong = post(url + "sample", wish.formatted("nothing"));
      assertThat(wrong.statusCode()).isEqualTo(422);
      assertThat(wrong.body()).contains("there is no method 'nothing'");
      assertThat(post(url + "sample", "{}").body()).contains("'strength' must be a number");
      post(url + "stop", "");
      assertThat(page.end()).isEqualTo(1);
      assertThat(page.printed()).contains("stopped at step " + plain.path("step").asLong() + " of");
      assertThat(run.resolve("checkpoint.safetensors")).exists();
    }
  }

  @Test
  void aPageChangesNothingOfARun() throws Exception {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    Path without = folder.resolve("without");
    Path with = folder.resolve("with");
    String[] more = {"--set", "train.steps=40000"};
    Cli.run(Cli.small("train", "circle", without, more)).ok();
    try (LivePage page =
        new LivePage(Stream.concat(Stream.of(Cli.small("train", "circle", with, more)), Stream.of("--live")).toArray(String[]::new))) {
      // The page pauses it, asks for samples, and has some drawn as it listens.
      String url = page.url();
      post(url + "pause", "");
      String wish = "{\"method\":\"likelihood\",\"strength\":1,\"steps\":10,\"count\":50,\"seed\":4}";
      while (post(url + "sample", wish).statusCode() == 409) {
        Thread.sleep(20); // The training has not begun.
      }
      CompletableFuture<JsonNode> draw = CompletableFuture.supplyAsync(() -> unchecked(() -> event(url, "draw")));
      post(url + "resume", "");
      assertThat(draw.get(1, TimeUnit.MINUTES).path("count").asInt()).isPositive();
      assertThat(page.end()).isZero();
    }
    for (Path run : List.of(with, without)) {
      Cli.run("sample", run.resolve("checkpoint.safetensors").toString(), "-n", "200", "--out", run.resolve("samples.npy").toString()).ok();
    }
    assertThat(with.resolve("samples.npy")).hasSameBinaryContentAs(without.resolve("samples.npy"));
    assertThat(with.resolve("checkpoint.safetensors")).hasSameBinaryContentAs(without.resolve("checkpoint.safetensors"));
    assertThat(Files.readString(with.resolve("metrics.csv"))).isEqualTo(Files.readString(without.resolve("metrics.csv")));
  }

  @Test
  void portsAreChecked() {
    assertThat(Cli.run("train", "circle", "--live-port", "8080").err()).contains("--live-port is for --live");
    assertThat(Cli.run("train", "circle", "--live", "--live-port", "70000").err()).contains("it must be 1 to 65535");
  }
}
