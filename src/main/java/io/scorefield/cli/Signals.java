package io.scorefield.cli;

import io.scorefield.io.Temporaries;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Turns Ctrl-C into an orderly stop, and a second one into the end of the program.
///
/// The first signal asks the work to stop. Work that has not answered after a moment, because it waits for a file or for
/// one long call into an engine, is left where it is: what is worth keeping is saved and the program ends.
final class Signals {
  /// Exit codes of the signals, as shells have them.
  private static final Map<String, Integer> CODES = Map.of("INT", 130, "TERM", 143, "HUP", 129);

  private static final long MILLISECONDS_TO_ANSWER = 2000;

  private final StopSwitch stop;
  private final AtomicInteger code = new AtomicInteger();
  private volatile boolean finished;

  private Signals(StopSwitch stop) {
    this.stop = stop;
  }

  /// Listens to all signals that mean stop.
  static Signals listen(StopSwitch stop) {
    Signals signals = new Signals(stop);
    try {
      for (String name : CODES.keySet()) {
        signals.handle(name);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // A Java without sun.misc.Signal, or one that leaves signals to the system (-Xrs): a hook sees the first one.
      Runtime.getRuntime().addShutdownHook(new Thread(signals::hook, "stop"));
    }
    return signals;
  }

  /// The work has ended: there is nothing to stop any more.
  ///
  /// @param result its own exit code
  /// @return the exit code of the program: that of the signal where one came
  int finished(int result) {
    finished = true;
    return code.get() == 0 ? result : code.get();
  }

  /// `sun.misc.Signal.handle(name, this::received)`, by reflection because javac warns of the class.
  private void handle(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    InvocationHandler invoked =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                received(CODES.get(name));
                yield null;
              }
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> name;
            };
    Object listener =
        Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, invoked);
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
  }

  private void received(int signal) {
    if (code.compareAndSet(0, signal)) {
      stop.request();
      Thread.ofPlatform().daemon().name("stop").start(this::end);
      return;
    }
    Temporaries.deleteOpen();
    Runtime.getRuntime().halt(signal);
  }

  /// Ends the program once the work has had its time to answer.
  private void end() {
    try {
      Thread.sleep(MILLISECONDS_TO_ANSWER);
      stop.save();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      System.exit(code.get());
    }
  }

  private void hook() {
    if (finished) {
      return;
    }
    stop.request();
    try {
      Thread.sleep(MILLISECONDS_TO_ANSWER);
      stop.save();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
