package io.scorefield.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// An HTTP server for this machine alone: it listens on the loopback address, and every address begins with a secret token.
///
/// A page of another site that a browser shows could send requests here too. So the header `Host` must name this machine,
/// which a site cannot make of its own name, and a posted request that says where it is from (`Origin`) must be from here.
final class Server implements AutoCloseable {
  private static final int TOKEN_BYTES = 16;
  private static final int MOST_POSTED = 1 << 16;

  /// Scripts and styles are files of this server, none is written into a page, and nothing is loaded from elsewhere.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
          + "form-action 'none'; frame-ancestors 'none'";

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String token;
  private final String start;
  private final Events events;
  private final Map<String, Answer.Action> gets = new ConcurrentHashMap<>();
  private final Map<String, Answer.Action> posts = new ConcurrentHashMap<>();

  /// @param port 0: any that is free
  /// @param start the file of the first page
  Server(int port, String start, Events events) throws IOException {
    this.start = start;
    this.events = events;
    byte[] secret = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(secret);
    token = HexFormat.of().formatHex(secret);
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
    } catch (BindException e) {
      throw new IOException("cannot serve a page on port " + port + " of 127.0.0.1: " + e.getMessage(), e);
    }
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  /// The address of the first page.
  String url() {
    return "http://127.0.0.1:" + port() + "/" + token + "/";
  }

  private int port() {
    return http.getAddress().getPort();
  }

  void get(String name, Answer.Action action) {
    gets.put(name, action);
  }

  void post(String name, Answer.Action action) {
    posts.put(name, action);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String[] parts = path.split("/", 3);
      boolean known = parts.length > 1 && MessageDigest.isEqual(bytes(parts[1]), bytes(token));
      Headers headers = exchange.getRequestHeaders();
      boolean local = isLocal(headers.getFirst("Host"), "");
      String origin = headers.getFirst("Origin");
      boolean ours = origin == null || isLocal(origin, "http://");
      if (!known || !local || !ours || parts.length < 3) {
        send(exchange, Answer.text(403, "Open the address that the program printed; it ends with a secret token."));
      } else if (exchange.getRequestMethod().equals("GET") && parts[2].equals("events")) {
        stream(exchange);
      } else {
        send(exchange, answer(exchange, parts[2].isEmpty() ? start : parts[2]));
      }
    }
  }

  private boolean isLocal(String named, String scheme) {
    return List.of(scheme + "127.0.0.1:" + port(), scheme + "localhost:" + port()).contains(named);
  }

  private Answer answer(HttpExchange exchange, String name) throws IOException {
    boolean posted = exchange.getRequestMethod().equals("POST");
    if (!posted && !exchange.getRequestMethod().equals("GET")) {
      return Answer.text(405, "GET and POST only");
    }
    Answer.Action action = (posted ? posts : gets).get(name);
    if (action == null) {
      return posted ? Answer.text(404, "there is no " + name) : Assets.of(name).orElse(Answer.text(404, "there is no " + name));
    }
    byte[] body = exchange.getRequestBody().readNBytes(MOST_POSTED + 1);
    if (body.length > MOST_POSTED) {
      return Answer.refused(413, "more than " + MOST_POSTED + " bytes were posted");
    }
    try {
      return action.to(query(exchange.getRequestURI().getRawQuery()), new String(body, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.refused(503, "the program ends");
    } catch (Exception e) {
      return Answer.refused(400, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private void stream(HttpExchange exchange) throws IOException {
    String seen = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    long after = seen != null && seen.matches("\\d{1,18}") ? Long.parseLong(seen) : 0;
    headers(exchange, "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    events.send(exchange.getResponseBody(), after);
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    headers(exchange, answer.type());
    exchange.sendResponseHeaders(answer.code(), answer.body().length == 0 ? -1 : answer.body().length);
    if (answer.body().length > 0) {
      exchange.getResponseBody().write(answer.body());
    }
  }

  private static void headers(HttpExchange exchange, String type) {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Content-Security-Policy", POLICY);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Ends at once where nothing is asked, else when what was asked is answered, within a second.
  @Override
  public void close() {
    http.stop(1);
    threads.shutdownNow();
  }
}
