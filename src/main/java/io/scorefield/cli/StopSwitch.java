package io.scorefield.cli;

/// Says that the user wants to stop.
public final class StopSwitch {
  private volatile boolean requested;

  public void request() {
    requested = true;
  }

  public boolean requested() {
    return requested;
  }
}
