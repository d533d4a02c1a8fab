package io.scorefield.matter.crystal;

import io.scorefield.io.FormatException;
import io.scorefield.matter.crystal.CifTokens.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A data block of a CIF file: of every tag its values, of which a tag outside of loops has one.
///
/// @param file for messages
/// @param name behind `data_`
/// @param line where it begins
/// @param values by tag, in small letters
record CifBlock(String file, String name, int line, Map<String, List<Token>> values) {
  /// The blocks of a file.
  ///
  /// @throws FormatException with the line of what is wrong
  static List<CifBlock> of(String file, List<String> lines) throws FormatException {
    List<Token> tokens = CifTokens.of(file, lines);
    List<CifBlock> blocks = new ArrayList<>();
    int at = 0;
    while (at < tokens.size()) {
      Token token = tokens.get(at);
      if (token.starts("data_")) {
        blocks.add(new CifBlock(file, token.text().substring(5), token.line(), new LinkedHashMap<>()));
        at++;
      } else if (token.starts("save_") || token.is("global_") || token.is("stop_")) {
        throw new FormatException(file + ":" + token.line() + ": '" + token.text() + "' belongs to dictionaries; this is no file of crystals");
      } else if (blocks.isEmpty()) {
        throw new FormatException(file + ":" + token.line() + ": a CIF file begins with 'data_' and a name, not with '" + brief(token) + "'");
      } else if (token.is("loop_")) {
        at = blocks.getLast().loop(tokens, at + 1);
      } else if (token.isTag()) {
        at = blocks.getLast().pair(tokens, at);
      } else {
        throw new FormatException(file + ":" + token.line() + ": '" + brief(token) + "' belongs to no tag");
      }
    }
    return blocks;
  }

  private static String brief(Token token) {
    String text = token.text().lines().findFirst().orElse("");
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  private int pair(List<Token> tokens, int at) throws FormatException {
    Token tag = tokens.get(at);
    if (at + 1 == tokens.size() || tokens.get(at + 1).isWord()) {
      throw new FormatException(file + ":" + tag.line() + ": " + tag.text() + " has no value");
    }
    put(tag, List.of(tokens.get(at + 1)));
    return at + 2;
  }

  private int loop(List<Token> tokens, int first) throws FormatException {
    int at = first;
    while (at < tokens.size() && tokens.get(at).isTag()) {
      at++;
    }
    List<Token> tags = tokens.subList(first, at);
    int begin = at;
    while (at < tokens.size() && !tokens.get(at).isWord()) {
      at++;
    }
    int line = tokens.get(first - 1).line();
    if (tags.isEmpty()) {
      throw new FormatException(file + ":" + line + ": a loop without tags");
    }
    if ((at - begin) % tags.size() != 0 || at == begin) {
      throw new FormatException(
          file + ":" + (at == begin ? line : tokens.get(at - 1).line()) + ": the loop of line " + line + " has " + tags.size() + " columns and ends with "
              + (at - begin) + " values: a row is not complete");
    }
    for (int column = 0; column < tags.size(); column++) {
      List<Token> values = new ArrayList<>();
      for (int value = begin + column; value < at; value += tags.size()) {
        values.add(tokens.get(value));
      }
      put(tags.get(column), values);
    }
    return at;
  }

  private void put(Token tag, List<Token> tagged) throws FormatException {
    if (values.put(tag.text().toLowerCase(Locale.ROOT), tagged) != null) {
      throw new FormatException(file + ":" + tag.line() + ": " + tag.text() + " is there twice");
    }
  }

  /// The values of the first of these tags that is there.
  Optional<List<Token>> first(String... tags) {
    for (String tag : tags) {
      if (values.containsKey(tag)) {
        return Optional.of(values.get(tag));
      }
    }
    return Optional.empty();
  }

  /// A number that has to be there.
  double number(String tag) throws FormatException {
    List<Token> found = values.get(tag);
    if (found == null) {
      throw new FormatException(file + ":" + line + ": the block '" + name + "' has no " + tag);
    }
    return number(found.getFirst(), tag);
  }

  /// A number, without the uncertainty that may stand in brackets behind it: 5.64(2) is 5.64.
  double number(Token token, String tag) throws FormatException {
    String text = token.text();
    if (!text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?(\\(\\d+\\))?")) {
      throw new FormatException(file + ":" + token.line() + ": " + tag + " is '" + brief(token) + "', which is no number");
    }
    int bracket = text.indexOf('(');
    return Double.parseDouble(bracket < 0 ? text : text.substring(0, bracket));
  }
}
