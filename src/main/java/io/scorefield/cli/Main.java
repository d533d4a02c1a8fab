package io.scorefield.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The program's entry: runs the command line, turns Ctrl-C into an orderly stop.
public final class Main {
  private static final long SECONDS_TO_FINISH = 60;

  private Main() {}

  public static void main(String[] args) {
    StopSwitch stop = new StopSwitch();
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop.request();
                  try {
                    finished.await(SECONDS_TO_FINISH, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "stop"));
    int code =
        CommandLineRunner.run(
            args,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            stop);
    finished.countDown();
    System.exit(code);
  }
}
