package io.scorefield.live;

import io.scorefield.bench.Bench;
import io.scorefield.live.Events.Keep;
import java.util.LinkedHashMap;
import java.util.Map;

/// Shows the figures of a benchmark as they are measured.
public final class LiveFigures implements Bench.Printer {
  private final Live live;

  public LiveFigures(Live live) {
    this.live = live;
  }

  @Override
  public void print(Bench.Figure figure) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("engine", figure.engine().name());
    tree.put("work", figure.work());
    tree.put("size", figure.size());
    tree.put("unit", figure.unit());
    tree.put("perSecond", figure.perSecond());
    tree.put("itemsPerSecond", figure.itemsPerSecond());
    tree.put("flops", figure.flops());
    figure.shareOfPeak().ifPresent(share -> tree.put("share", share));
    live.events().publish("figure", Keep.ALL, tree);
  }
}
