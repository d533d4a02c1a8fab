package io.scorefield.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// NumPy's .npz: an archive of arrays. Samples are two of them, `names` of the components and `samples`.
final class Npz {
  private static final int CHARACTER = 4;
  private static final String SAMPLES = "samples";
  private static final String NAMES = "names";
  private static final String ENDING = ".npy";

  private Npz() {}

  /// Begins an archive with the names; what is written behind them is the array `samples`, a .npy file.
  ///
  /// Samples look like noise, of which compression makes nothing but time: they are stored nearly as they are.
  static ZipOutputStream open(OutputStream out, List<String> names) throws IOException {
    ZipOutputStream archive = new ZipOutputStream(out);
    archive.setLevel(Deflater.NO_COMPRESSION);
    archive.putNextEntry(new ZipEntry(NAMES + ENDING));
    archive.write(texts(names));
    archive.closeEntry();
    archive.putNextEntry(new ZipEntry(SAMPLES + ENDING));
    return archive;
  }

  /// A .npy file of texts: each as many UCS-4 characters as the longest has, zeros behind them.
  private static byte[] texts(List<String> texts) {
    int longest = Math.max(1, texts.stream().mapToInt(text -> text.codePointCount(0, text.length())).max().orElse(1));
    byte[] header = Npy.header("<U" + longest, "(" + texts.size() + ",)");
    ByteBuffer bytes =
        ByteBuffer.allocate(header.length + CHARACTER * longest * texts.size()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(header);
    for (int i = 0; i < texts.size(); i++) {
      bytes.position(header.length + CHARACTER * longest * i);
      texts.get(i).codePoints().forEach(bytes::putInt);
    }
    return bytes.array();
  }

  /// The array of an archive that a table is: the one that is named, else `samples`, else the only one of numbers. An array
  /// `names` of as many texts as it has columns names them.
  ///
  /// @throws FormatException when there is none or the choice is open, with the arrays that there are
  static TableFile table(Path file, Reading reading) throws IOException {
    try (ZipFile archive = new ZipFile(file.toFile())) {
      Map<String, NpyHeader> arrays = new LinkedHashMap<>();
      for (ZipEntry entry : archive.stream().filter(entry -> entry.getName().endsWith(ENDING)).toList()) {
        try (InputStream in = archive.getInputStream(entry)) {
          String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
          arrays.put(name, NpyHeader.read(file + ": array '" + name + "'", in, entry.getSize()));
        }
      }
      String chosen = chosen(file, arrays, reading);
      NpyHeader header = arrays.get(chosen);
      List<String> names = names(file, archive, arrays);
      boolean named = header.axes().size() <= 2 && !names.isEmpty() && names.size() == (header.axes().size() == 2 ? header.axes().getLast() : 1);
      List<String> of = named ? names : List.of();
      boolean whole = NpyType.of(header.type()).filter(NpyType::isWhole).isPresent();
      return new ArrayTable(
          file, reading, columns -> read(file, chosen, columns, of, array -> array.points(columns, of)),
          whole ? Optional.of(columns -> read(file, chosen, columns, of, array -> array.whole(columns, of))) : Optional.empty(), of);
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new FormatException(file + ": not a .npz file: " + e.getMessage(), e);
    }
  }

  private static String chosen(Path file, Map<String, NpyHeader> arrays, Reading reading) throws FormatException {
    String asked = reading.dataset();
    List<String> numbers =
        arrays.keySet().stream().filter(name -> NpyType.of(arrays.get(name).type()).isPresent() && !arrays.get(name).axes().isEmpty()).toList();
    String there =
        arrays.isEmpty()
            ? "no arrays"
            : arrays.entrySet().stream()
                .limit(20)
                .map(entry -> entry.getKey() + " " + entry.getValue().shape() + " " + entry.getValue().type())
                .collect(Collectors.joining(", "));
    if (!asked.isEmpty()) {
      if (!arrays.containsKey(asked)) {
        throw new FormatException(file + ": " + reading.key("dataset") + ": there is no array '" + asked + "'; the file has " + there);
      }
      return asked;
    }
    if (numbers.contains(SAMPLES)) {
      return SAMPLES;
    }
    if (numbers.size() != 1) {
      throw new FormatException(
          file + ": " + (numbers.isEmpty() ? "there is no array of numbers" : "which array is the table?") + " The file has " + there
              + (numbers.isEmpty() ? "" : "; choose one with " + reading.key("dataset")));
    }
    return numbers.getFirst();
  }

  private static <T> T read(Path file, String array, Columns columns, List<String> names, Npy.Use<T> use) throws IOException {
    if (names.isEmpty() && columns.needNames()) {
      throw new FormatException(
          file + ": the array '" + array + "' has no names; give the numbers of its columns in " + columns.key()
              + ", counted from 0");
    }
    try (ZipFile archive = new ZipFile(file.toFile())) {
      ZipEntry entry = archive.getEntry(array + ENDING);
      try (InputStream in = new BufferedInputStream(archive.getInputStream(entry), 1 << 16)) {
        return use.of(NpyArray.open(file + ": array '" + array + "'", in, entry.getSize()));
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new FormatException(file + ": damaged: " + e.getMessage(), e);
    }
  }

  /// The texts of the array `names`; none where it is no array of little-endian texts.
  private static List<String> names(Path file, ZipFile archive, Map<String, NpyHeader> arrays) throws IOException {
    NpyHeader header = arrays.get(NAMES);
    if (header == null || header.axes().size() != 1 || !header.type().matches("<U[0-9]{1,4}")) {
      return List.of();
    }
    int longest = Integer.parseInt(header.type().substring(2));
    if (header.axes().getFirst() > Short.MAX_VALUE || header.axes().getFirst() * longest * CHARACTER != header.dataBytes()) {
      throw new FormatException(file + ": the array '" + NAMES + "' is damaged");
    }
    ZipEntry entry = archive.getEntry(NAMES + ENDING);
    List<String> names = new ArrayList<>();
    try (InputStream in = archive.getInputStream(entry)) {
      NpyHeader.read(file.toString(), in, entry.getSize());
      for (int i = 0; i < header.axes().getFirst(); i++) {
        ByteBuffer characters = ByteBuffer.wrap(in.readNBytes(longest * CHARACTER)).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder name = new StringBuilder();
        while (characters.remaining() >= CHARACTER) {
          int character = characters.getInt();
          if (character != 0 && Character.isValidCodePoint(character)) {
            name.appendCodePoint(character);
          }
        }
        names.add(name.toString());
      }
    }
    return names;
  }
}
