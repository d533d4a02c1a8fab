package io.scorefield.plot;

import io.scorefield.io.AtomicFile;
import io.scorefield.watch.Watch;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Writes an endlessly repeated GIF.
public final class Animation {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  private Animation() {}

  /// @param frames painted side by side; what is kept of each is a byte a pixel
  /// @param hundredths how long each is shown, in hundredths of a second
  public static void write(Path file, List<Figure> frames, List<Integer> hundredths)
      throws IOException {
    write(file, frames, hundredths, Palette.HOUSE);
  }

  /// The same in other colours.
  static void write(Path file, List<Figure> frames, List<Integer> hundredths, Palette palette) throws IOException {
    Watch watch = Watch.current();
    BufferedImage[] images = new BufferedImage[frames.size()];
    IntStream.range(0, images.length)
        .parallel()
        .forEach(
            i -> {
              watch.check();
              images[i] = indexed(frames.get(i).image(1), palette);
            });
    // To memory first: the library swallows what goes wrong with a file.
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(gif)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < images.length; i++) {
        writer.writeToSequence(
            new IIOImage(images[i], null, metadata(writer, images[i], hundredths.get(i), i == 0)),
            writer.getDefaultWriteParam());
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    AtomicFile.write(file, gif::writeTo);
  }

  private static BufferedImage indexed(BufferedImage image, Palette palette) {
    BufferedImage indexed =
        new BufferedImage(
            image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, palette.model());
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        indexed.getRaster().setSample(x, y, 0, palette.nearest(image.getRGB(x, y)));
      }
    }
    return indexed;
  }

  private static IIOMetadata metadata(
      ImageWriter writer, BufferedImage image, int hundredths, boolean first) throws IOException {
    ImageWriteParam param = writer.getDefaultWriteParam();
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), param);
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    IIOMetadataNode control = child(root, "GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", Integer.toString(hundredths));
    if (first) {
      IIOMetadataNode application = new IIOMetadataNode("ApplicationExtension");
      application.setAttribute("applicationID", "NETSCAPE");
      application.setAttribute("authenticationCode", "2.0");
      application.setUserObject(new byte[] {1, 0, 0}); // repeat without end
      child(root, "ApplicationExtensions").appendChild(application);
    }
    metadata.setFromTree(FORMAT, root);
    return metadata;
  }

  private static IIOMetadataNode child(IIOMetadataNode root, String name) {
    for (int i = 0; i < root.getLength(); i++) {
      if (root.item(i).getNodeName().equals(name)) {
        return (IIOMetadataNode) root.item(i);
      }
    }
    IIOMetadataNode node = new IIOMetadataNode(name);
    root.appendChild(node);
    return node;
  }
}
