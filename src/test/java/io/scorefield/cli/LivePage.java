package io.scorefield.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A command with a live page, for tests: it runs in a thread of its own.
final class LivePage implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("live: (http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/)\\R");
  private static final long PATIENCE_SECONDS = 100;

  private final StringWriter err = new StringWriter();
  private final StopSwitch stop = new StopSwitch();
  private final CompletableFuture<Integer> code;

  LivePage(String... args) {
    code =
        CompletableFuture.supplyAsync(
            () -> CommandLineRunner.run(args, new PrintWriter(new StringWriter()), new PrintWriter(err, true), stop),
            task -> Thread.ofPlatform().daemon().start(task));
  }

  /// The address that it prints.
  String url() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end && !code.isDone()) {
      Matcher matcher = URL.matcher(err.toString());
      if (matcher.find()) {
        return matcher.group(1);
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("no address: " + err);
  }

  String printed() {
    return err.toString();
  }

  int end() {
    return code.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    stop.request();
    end();
  }
}
