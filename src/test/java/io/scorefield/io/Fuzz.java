package io.scorefield.io;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Seeded mutations of a valid file: flipped, replaced, removed, doubled and inserted bytes.
public final class Fuzz {
  private Fuzz() {}

  public static Stream<byte[]> mutations(byte[] valid, int count, long seed) {
    // Neighbouring seeds of java.util.Random begin alike; the odd factor takes them apart.
    return IntStream.range(0, count)
        .mapToObj(i -> mutate(valid, new Random((seed + i) * 0x9E3779B97F4A7C15L)));
  }

  /// Bytes that this thread allocates while running something; what it throws is passed over.
  public static long allocated(Executable parser) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      parser.run();
    } catch (Exception e) {
      // whether the file is refused is another test's matter
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  /// Something that may throw.
  @FunctionalInterface
  public interface Executable {
    void run() throws Exception;
  }

  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    int changes = 1 + random.nextInt(4);
    for (int change = 0; change < changes && bytes.length > 1; change++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) "0919[]{}:,'\"- \n".charAt(random.nextInt(15));
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        case 4 -> bytes = splice(bytes, at, Math.min(bytes.length, at + random.nextInt(20)), 2);
        default -> bytes = splice(bytes, at, Math.min(bytes.length, at + random.nextInt(20)), 0);
      }
    }
    return bytes;
  }

  /// The bytes with the part [from, to) `times` times.
  private static byte[] splice(byte[] bytes, int from, int to, int times) {
    int part = to - from;
    byte[] result = new byte[bytes.length + (times - 1) * part];
    System.arraycopy(bytes, 0, result, 0, from);
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, from, result, from + i * part, part);
    }
    System.arraycopy(bytes, to, result, from + times * part, bytes.length - to);
    return result;
  }
}
