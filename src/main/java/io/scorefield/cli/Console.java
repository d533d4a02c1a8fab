package io.scorefield.cli;

import io.scorefield.experiment.Failures;
import io.scorefield.watch.Reporter;
import java.io.PrintWriter;
import java.util.Locale;

/// Shows progress: one line that is written over on a terminal, a plain line now and then in a file.
final class Console implements Reporter {
  private static final long TERMINAL_NANOS = 100_000_000L;
  private static final long FILE_NANOS = 10_000_000_000L;

  private final PrintWriter out;
  private final PrintWriter err;
  private final StopSwitch stop;
  private final boolean terminal;
  private String stage = "";
  private long stageStart;
  private long stageFirst;
  private long lastShown;
  private int lineLength;

  Console(PrintWriter out, PrintWriter err, StopSwitch stop) {
    this.out = out;
    this.err = err;
    this.stop = stop;
    stop.onRequest(this::stopping);
    stop.keep("", () -> line("scorefield: stopped"));
    // The launcher knows whether standard error is a terminal; Java only knows of the other two.
    String known = System.getProperty("scorefield.terminal");
    this.terminal =
        known != null
            ? known.equals("true")
            : System.console() != null && System.console().isTerminal();
  }

  /// Where results go.
  PrintWriter out() {
    return out;
  }

  /// Asks the work to stop, as Ctrl-C does.
  void requestStop() {
    stop.request();
  }

  /// A line of the results.
  void result(String text) {
    out.println(Plain.text(text));
  }

  /// The exit code of a command, with a line on what failed.
  int outcome(Failures failures) {
    if (failures.isEmpty()) {
      return CommandLineRunner.OK;
    }
    line("scorefield: " + failures.line());
    return CommandLineRunner.FAILED;
  }

  @Override
  public synchronized void line(String text) {
    clear();
    err.println(Plain.text(text));
  }

  @Override
  public synchronized void progress(String name, long done, long total, String unit, String detail) {
    long now = System.nanoTime();
    if (!name.equals(stage)) {
      stage = name;
      stageStart = now;
      stageFirst = done;
      lastShown = now;
    }
    boolean finished = done >= total;
    if (!finished && now - lastShown < (terminal ? TERMINAL_NANOS : FILE_NANOS)) {
      return;
    }
    lastShown = now;
    double seconds = (now - stageStart) / 1e9;
    double rate = seconds > 0 ? (done - stageFirst) / seconds : 0;
    String text =
        String.format(
            Locale.ROOT, "%-18s %,d / %,d %s", Plain.text(name), done, total, unit)
            + (rate > 0 ? String.format(Locale.ROOT, ", %,.0f/s", rate) : "")
            + (detail.isEmpty() ? "" : ", " + detail)
            + (finished
                ? String.format(Locale.ROOT, ", %s", duration(seconds))
                : rate > 0 ? ", " + duration((total - done) / rate) + " left" : "");
    if (finished) {
      line(text);
      stage = "";
    } else if (terminal) {
      clear();
      err.print(text);
      err.flush();
      lineLength = text.length();
    } else {
      err.println(text);
    }
  }

  /// Says at once that the request to stop has been heard.
  private void stopping() {
    String kept = stop.kept();
    line("stopping ..." + (kept.isEmpty() ? "" : " (" + kept + ")"));
    err.flush();
  }

  @Override
  public void keeps(String what, Runnable save) {
    stop.keep(what, save);
  }

  private static String duration(double seconds) {
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 120
        ? whole + " s"
        : whole < 7200 ? whole / 60 + " min" : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  private void clear() {
    if (lineLength > 0) {
      err.print("\r" + " ".repeat(lineLength) + "\r");
      lineLength = 0;
    }
  }

  @Override
  public boolean stopRequested() {
    return stop.requested();
  }
}
