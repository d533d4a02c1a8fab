package io.scorefield.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// YAML text to nodes, and changes to single keys of a tree of nodes.
final class YamlText {
  private static final int MAX_LENGTH = 1 << 20;

  private YamlText() {}

  /// Parses a document.
  ///
  /// @param label stands for the file in messages
  static Node parse(String label, String text) {
    if (text.length() > MAX_LENGTH) {
      throw new ConfigException(label + ": a configuration longer than 1 MiB is not read");
    }
    LoadSettings settings = LoadSettings.builder().setLabel(label).setUseMarks(true).build();
    try {
      Optional<Node> node = new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text))).getSingleNode();
      return node.orElseThrow(() -> new ConfigException(label + ": the file is empty"));
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark()
              .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
              .orElse("");
      throw new ConfigException(label + where + ": not valid YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new ConfigException(label + ": not valid YAML: " + firstLine(e.getMessage()), e);
    } catch (StackOverflowError e) {
      throw new ConfigException(label + ": nested too deeply", e);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /// The tree with the value at a dotted key replaced or added.
  ///
  /// @param label names the origin of the change in messages
  static Node with(Node root, String dottedKey, String value, String label) {
    List<String> keys = List.of(dottedKey.split("\\.", -1));
    if (keys.contains("")) {
      throw new ConfigException(label + ": '" + dottedKey + "' is not a dotted key");
    }
    return with(root, keys, parse(label, value.isBlank() ? "''" : value), dottedKey, label);
  }

  /// The tree with the value at a key of the top level replaced or added.
  static Node with(Node root, String key, Node value) {
    return with(root, List.of(key), value, key, "configuration");
  }

  /// The values of the keys at the top level.
  static Map<String, Node> sections(Node root) {
    if (!(root instanceof MappingNode mapping)) {
      throw Binder.error(root, "the file must be a mapping of keys to values");
    }
    Map<String, Node> sections = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        sections.put(key.getValue(), tuple.getValueNode());
      }
    }
    return sections;
  }

  private static Node with(
      Node node, List<String> keys, Node value, String dottedKey, String label) {
    if (!(node instanceof MappingNode mapping)) {
      throw new ConfigException(label + ": '" + dottedKey + "' leads into something without keys");
    }
    String key = keys.getFirst();
    List<NodeTuple> tuples = new ArrayList<>();
    boolean found = false;
    for (NodeTuple tuple : mapping.getValue()) {
      if (!found && tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
        found = true;
        Node inner =
            keys.size() == 1
                ? value
                : with(
                    tuple.getValueNode(), keys.subList(1, keys.size()), value, dottedKey, label);
        tuples.add(new NodeTuple(tuple.getKeyNode(), inner));
      } else {
        tuples.add(tuple);
      }
    }
    if (!found) {
      Node inner = value;
      for (String outer : keys.subList(1, keys.size()).reversed()) {
        inner = mapping(List.of(new NodeTuple(name(outer, value), inner)), value);
      }
      tuples.add(new NodeTuple(name(key, value), inner));
    }
    return mapping(tuples, mapping);
  }

  /// A key that is placed, for messages, where `at` is.
  private static Node name(String key, Node at) {
    return new ScalarNode(
        Tag.STR, true, key, ScalarStyle.PLAIN, at.getStartMark(), at.getEndMark());
  }

  private static Node mapping(List<NodeTuple> tuples, Node at) {
    return new MappingNode(
        Tag.MAP, true, tuples, FlowStyle.BLOCK, at.getStartMark(), at.getEndMark());
  }
}
