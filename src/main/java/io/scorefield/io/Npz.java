package io.scorefield.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// NumPy's .npz: an archive of arrays. Samples are two of them, `names` of the components and `samples`.
final class Npz {
  private static final int CHARACTER = 4;

  private Npz() {}

  /// Begins an archive with the names; what is written behind them is the array `samples`, a .npy file.
  ///
  /// Samples look like noise, of which compression makes nothing but time: they are stored nearly as they are.
  static ZipOutputStream open(OutputStream out, List<String> names) throws IOException {
    ZipOutputStream archive = new ZipOutputStream(out);
    archive.setLevel(Deflater.NO_COMPRESSION);
    archive.putNextEntry(new ZipEntry("names.npy"));
    archive.write(texts(names));
    archive.closeEntry();
    archive.putNextEntry(new ZipEntry("samples.npy"));
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
}
