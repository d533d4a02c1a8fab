package io.scorefield.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The safetensors file format: float32 tensors by name, with string metadata.
///
/// A file is an 8-byte little-endian header length, a JSON header, and the data of the tensors
/// without gaps. Reading trusts nothing: lengths, shapes and offsets are checked against the size of
/// the file before anything is allocated.
///
/// @param metadata the header's `__metadata__`
/// @param tensors by name
public record Safetensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
  private static final int LENGTH_BYTES = 8;
  private static final int MAX_HEADER = 64 << 20;
  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /// A float32 tensor.
  ///
  /// @param shape row-major, may be empty for a scalar
  /// @param values the product of the shape many; not copied
  public record Tensor(int[] shape, float[] values) {
    public Tensor {
      long count = 1;
      for (int size : shape) {
        count *= size;
      }
      if (count != values.length) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(shape) + " does not hold " + values.length + " values");
      }
    }
  }

  public Safetensors {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /// The tensor of the given name and shape.
  ///
  /// @throws FormatException when it is missing or has another shape
  public float[] require(Path file, String name, int... shape) throws FormatException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new FormatException(file + ": there is no tensor '" + name + "'");
    }
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new FormatException(
          file + ": tensor '" + name + "' has shape " + Arrays.toString(tensor.shape())
              + "; expected " + Arrays.toString(shape));
    }
    return tensor.values();
  }

  /// Writes the file; equal contents give equal bytes.
  public void write(OutputStream out) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ObjectNode meta = header.putObject(METADATA);
    metadata.forEach(meta::put);
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      ObjectNode tensor = header.putObject(entry.getKey());
      tensor.put("dtype", "F32");
      var shape = tensor.putArray("shape");
      for (int size : entry.getValue().shape()) {
        shape.add(size);
      }
      long end = offset + 4L * entry.getValue().values().length;
      tensor.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(header);
    int padded = Math.ceilDiv(json.length, 8) * 8; // the data starts on a multiple of 8
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(padded).array());
    out.write(json);
    for (int i = json.length; i < padded; i++) {
      out.write(' ');
    }
    for (Tensor tensor : tensors.values()) {
      ByteBuffer bytes =
          ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(tensor.values());
      out.write(bytes.array());
    }
  }

  /// Reads a file.
  ///
  /// @throws FormatException when it is not a well-formed safetensors file of float32 tensors
  public static Safetensors read(Path file) throws IOException {
    return read(file, EnumSet.of(FloatType.F32));
  }

  /// Reads a file of another program, whose numbers may have other widths: each becomes the nearest float32.
  ///
  /// @throws FormatException when it is not a well-formed safetensors file of F16, BF16, F32 and F64 tensors
  public static Safetensors readAnyWidth(Path file) throws IOException {
    return read(file, EnumSet.allOf(FloatType.class));
  }

  private static Safetensors read(Path file, Set<FloatType> types) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < LENGTH_BYTES) {
        throw new FormatException(
            file + ": not a safetensors file; it has only " + size + " bytes");
      }
      long headerLength =
          fill(file, channel, 0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (headerLength < 2 || headerLength > Math.min(size - LENGTH_BYTES, MAX_HEADER)) {
        throw new FormatException(
            file + ": not a safetensors file, or a damaged one; it announces a header of "
                + Long.toUnsignedString(headerLength) + " bytes in a file of " + size);
      }
      ByteBuffer header = fill(file, channel, LENGTH_BYTES, (int) headerLength);
      long dataStart = LENGTH_BYTES + headerLength;
      return parse(file, channel, header, dataStart, size - dataStart, types);
    }
  }

  /// Types of numbers, by their names in the header.
  private enum FloatType {
    F16(2) {
      @Override
      float next(ByteBuffer bytes) {
        return Float.float16ToFloat(bytes.getShort());
      }
    },
    BF16(2) {
      @Override
      float next(ByteBuffer bytes) {
        return Float.intBitsToFloat(bytes.getShort() << 16);
      }
    },
    F32(4) {
      @Override
      float next(ByteBuffer bytes) {
        return bytes.getFloat();
      }
    },
    F64(8) {
      @Override
      float next(ByteBuffer bytes) {
        return (float) bytes.getDouble();
      }
    };

    private final int width;

    FloatType(int width) {
      this.width = width;
    }

    abstract float next(ByteBuffer bytes);
  }

  private record Entry(String name, FloatType type, int[] shape, long begin, long end) {}

  private static Safetensors parse(
      Path file, FileChannel channel, ByteBuffer header, long dataStart, long dataSize, Set<FloatType> types)
      throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(StandardCharsets.UTF_8.newDecoder().decode(header).toString());
    } catch (JacksonException | java.nio.charset.CharacterCodingException e) {
      throw new FormatException(file + ": the header is not valid JSON", e);
    }
    if (!root.isObject()) {
      throw new FormatException(file + ": the header is not a JSON object");
    }
    Map<String, String> metadata = new TreeMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (property.getKey().equals(METADATA)) {
        readMetadata(file, property.getValue(), metadata);
      } else {
        entries.add(entry(file, property.getKey(), property.getValue(), dataSize, types));
      }
    }
    List<Entry> byPosition = new ArrayList<>(entries);
    byPosition.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : byPosition) {
      if (entry.begin() != position) {
        throw new FormatException(
            file + ": tensor '" + entry.name() + "' begins at " + entry.begin()
                + " where " + position + " was expected: tensors overlap or leave a gap");
      }
      position = entry.end();
    }
    if (position != dataSize) {
      throw new FormatException(
          file + ": the tensors take " + position + " bytes, the file has " + dataSize
              + "; it is truncated or damaged");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : byPosition) {
      int bytes = (int) (entry.end() - entry.begin());
      float[] values = new float[bytes / entry.type().width];
      ByteBuffer data = fill(file, channel, dataStart + entry.begin(), bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (entry.type() == FloatType.F32) {
        data.asFloatBuffer().get(values);
      } else {
        for (int i = 0; i < values.length; i++) {
          values[i] = entry.type().next(data);
        }
      }
      tensors.put(entry.name(), new Tensor(entry.shape(), values));
    }
    return new Safetensors(metadata, tensors);
  }

  private static void readMetadata(Path file, JsonNode node, Map<String, String> metadata)
      throws FormatException {
    if (!node.isObject()) {
      throw new FormatException(file + ": __metadata__ is not a JSON object");
    }
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      if (!property.getValue().isString()) {
        throw new FormatException(
            file + ": metadata '" + property.getKey() + "' is not a string");
      }
      metadata.put(property.getKey(), property.getValue().stringValue());
    }
  }

  private static Entry entry(Path file, String name, JsonNode node, long dataSize, Set<FloatType> types)
      throws FormatException {
    String where = file + ": tensor '" + name + "' ";
    JsonNode dtype = node.path("dtype");
    FloatType type =
        types.stream()
            .filter(known -> dtype.isString() && dtype.stringValue().equals(known.name()))
            .findFirst()
            .orElseThrow(
                () ->
                    new FormatException(
                        where + "has dtype " + dtype + "; only " + types.stream().map(FloatType::name).collect(Collectors.joining(", "))
                            + (types.size() == 1 ? " is read" : " are read")));
    JsonNode shapeNode = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw new FormatException(where + "lacks a shape or two data_offsets");
    }
    int[] shape = new int[shapeNode.size()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      long size = wholeNumber(where, shapeNode.get(i));
      if (size > dataSize) {
        throw new FormatException(where + "has the impossible shape " + shapeNode);
      }
      shape[i] = Math.toIntExact(Math.min(size, Integer.MAX_VALUE));
      count *= size;
      if (count > dataSize) {
        throw new FormatException(
            where + "of shape " + shapeNode + " does not fit into the file's " + dataSize
                + " bytes");
      }
    }
    long begin = wholeNumber(where, offsets.get(0));
    long end = wholeNumber(where, offsets.get(1));
    if (begin > end || end > dataSize || end - begin != type.width * count || type.width * count > Integer.MAX_VALUE) {
      throw new FormatException(
          where + "of shape " + shapeNode + " cannot lie at bytes " + begin + " to " + end + " of "
              + dataSize);
    }
    return new Entry(name, type, shape, begin, end);
  }

  private static long wholeNumber(String where, JsonNode node) throws FormatException {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw new FormatException(where + "has " + node + " where a whole number was expected");
    }
    return node.longValue();
  }

  private static ByteBuffer fill(Path file, FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new FormatException(file + ": the file ends too early");
      }
    }
    return buffer.flip();
  }
}
