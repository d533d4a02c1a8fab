package io.scorefield.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Java processes beside the tests, with the class path of the tests; closing ends them.
final class Processes implements AutoCloseable {
  private final Path folder;
  private final List<Process> all = new ArrayList<>();

  /// @param folder for what they say
  Processes(Path folder) {
    this.folder = folder;
  }

  /// Starts the main method of a class.
  Process start(String name, Map<String, String> environment, String... command) throws IOException {
    List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@jvm.options", "-Xmx512m", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("-Dlog4j2.configurationFile=quiet-log4j2.properties", "-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log(name).toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    all.add(process);
    return process;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /// What a process has said.
  String said(String name) {
    try {
      return Files.readString(log(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A port of this machine that nobody uses.
  static int port() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    all.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
    all.forEach(Process::destroyForcibly);
    for (Process process : all) {
      try {
        process.waitFor(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
