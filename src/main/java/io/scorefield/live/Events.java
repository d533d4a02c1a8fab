package io.scorefield.live;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/// What is told to pages, as server-sent events. A page that is opened late is told what is kept of before.
///
/// Who publishes never waits: a page that does not keep up is disconnected, comes back by itself and is told what is kept
/// since the last event that it has seen.
final class Events {
  /// What is kept of the events of a name, for pages that are opened later.
  enum Keep {
    LAST,
    ALL
  }

  /// Events of one name that are kept at most.
  private static final int MOST_KEPT = 2000;

  /// Events that wait for a page at most.
  private static final int MOST_WAITING = 512;

  private static final long BEAT_SECONDS = 10;

  private static final JsonMapper JSON = new JsonMapper();

  private record Event(long id, String name, byte[] bytes) {}

  private final TreeMap<Long, Event> kept = new TreeMap<>();
  private final Map<String, ArrayDeque<Long>> byName = new HashMap<>();
  private final List<Page> pages = new ArrayList<>();
  private long last;
  private boolean closed;

  /// A page that listens; its fields belong to the lock of the events.
  private static final class Page {
    private final ArrayDeque<Event> waiting = new ArrayDeque<>();
    private int spare = MOST_WAITING;
    private boolean left;
  }

  /// Tells all pages.
  ///
  /// @param tree what Jackson can write
  synchronized void publish(String name, Keep keep, Object tree) {
    long id = ++last;
    String text = "id: " + id + "\nevent: " + name + "\ndata: " + JSON.writeValueAsString(tree) + "\n\n";
    Event event = new Event(id, name, text.getBytes(StandardCharsets.UTF_8));
    ArrayDeque<Long> ids = byName.computeIfAbsent(name, any -> new ArrayDeque<>());
    ids.add(id);
    kept.put(id, event);
    while (ids.size() > (keep == Keep.LAST ? 1 : MOST_KEPT)) {
      kept.remove(ids.poll());
    }
    for (Page page : pages) {
      if (page.waiting.size() >= page.spare) {
        page.left = true;
      } else {
        page.waiting.add(event);
      }
    }
    notifyAll();
  }

  /// Forgets what is kept of some names.
  synchronized void forget(String... names) {
    for (String name : names) {
      ArrayDeque<Long> ids = byName.remove(name);
      if (ids != null) {
        kept.keySet().removeAll(ids);
      }
    }
  }

  /// Whether a page listens.
  synchronized boolean isWatched() {
    return !pages.isEmpty();
  }

  /// Tells one page everything that comes, until it leaves or there is nothing more to tell, and ends its stream.
  ///
  /// The page counts until its stream has its end: a program that ends does not cut it.
  ///
  /// @param after the last event that the page has seen; 0: none
  /// @throws IOException when the page has gone
  void send(OutputStream out, long after) throws IOException {
    Page page = new Page();
    synchronized (this) {
      page.waiting.addAll(kept.tailMap(after, false).values());
      page.spare += page.waiting.size();
      pages.add(page);
    }
    try (out) {
      out.write("retry: 500\n\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
      for (List<Event> some = next(page); some != null; some = next(page)) {
        if (some.isEmpty()) {
          out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
        }
        for (Event event : some) {
          out.write(event.bytes());
        }
        out.flush();
      }
    } finally {
      synchronized (this) {
        pages.remove(page);
        notifyAll();
      }
    }
  }

  /// What waits for a page; empty when nothing came for a while, null when it is to be disconnected.
  private synchronized List<Event> next(Page page) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BEAT_SECONDS);
    while (page.waiting.isEmpty() && !closed && !page.left) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return List.of();
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    if (page.left || page.waiting.isEmpty()) {
      return null;
    }
    List<Event> some = List.copyOf(page.waiting);
    page.waiting.clear();
    page.spare = MOST_WAITING;
    return some;
  }

  /// No more events come; waits a moment for pages to take the last of them.
  synchronized void close(long milliseconds) {
    closed = true;
    notifyAll();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
    while (!pages.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
