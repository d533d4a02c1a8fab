package io.scorefield.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.live.Events.Keep;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class EventsTest {
  /// Browsers report a stream that is cut before its end as an error.
  @Test
  void theProgramEndsAfterTheStreamsOfItsPages() throws Exception {
    Events events = new Events();
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch slow = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closing.countDown();
            try {
              ended.set(slow.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    events.publish("state", Keep.LAST, Map.of("paused", false));
    Thread page =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    events.send(out, 0);
                  } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    while (!events.isWatched()) {
      Thread.sleep(1);
    }
    AtomicBoolean cut = new AtomicBoolean();
    Thread program =
        Thread.ofVirtual()
            .start(
                () -> {
                  events.publish("end", Keep.LAST, Map.of("text", "done"));
                  events.close(20_000);
                  cut.set(!ended.get());
                });
    assertThat(closing.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(program.join(java.time.Duration.ofMillis(200))).as("the program waits").isFalse();
    slow.countDown();
    program.join();
    page.join();
    assertThat(cut).isFalse();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("event: state", "event: end\ndata: {\"text\":\"done\"}");
    assertThat(events.isWatched()).isFalse();
  }
}
