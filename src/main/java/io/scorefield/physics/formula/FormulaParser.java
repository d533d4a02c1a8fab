package io.scorefield.physics.formula;

import io.scorefield.physics.formula.Expression.Call;
import io.scorefield.physics.formula.Expression.Comparison;
import io.scorefield.physics.formula.Expression.Index;
import io.scorefield.physics.formula.Expression.Name;
import io.scorefield.physics.formula.Expression.Negation;
import io.scorefield.physics.formula.Expression.Number;
import io.scorefield.physics.formula.Expression.Operation;
import io.scorefield.physics.formula.Expression.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a formula by recursive descent.
///
/// ```
/// law        = sum { ("<=" | "<" | ">=" | ">" | "==" | "=") sum }
/// sum        = product { ("+" | "-") product }
/// product    = sign { ("*" | "/") sign }
/// sign       = { "+" | "-" } power
/// power      = primary [ "^" sign ]                     from the right: 2^3^2 = 2^9
/// primary    = number | name [ "[" index { "," index } "]" ] | name "(" arguments ")" | "(" law ")"
/// index      = sum [ ".." sum ]
/// arguments  = { name "in" sum ".." sum "," } law { "," law }  |  name { "<" name } "," law
/// ```
final class FormulaParser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<number>(?:\\d+(?:\\.(?!\\.)\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?)"
              + "|(?<name>[A-Za-z_][A-Za-z0-9_]*)"
              + "|(?<sign>\\.\\.|<=|>=|==|[-+*/^()\\[\\],<>=]))");

  /// The particles of `sum(i<j, ...)`.
  private static final Pattern PARTICLES =
      Pattern.compile("\\s*[A-Za-z_][A-Za-z0-9_]*(?:\\s*<\\s*[A-Za-z_][A-Za-z0-9_]*)+\\s*,");

  /// Parentheses in parentheses; deeper ones are not meant.
  private static final int DEEPEST = 200;

  /// Operators of a formula at most; beyond, sums are meant.
  private static final int MOST_OPERATORS = 1000;

  private final String text;
  private int operators;
  private int at; // behind the token at hand
  private int start; // of the token at hand
  private String token = ""; // empty at the end
  private boolean isName;
  private boolean isNumber;
  private int depth;

  private FormulaParser(String text) {
    this.text = text;
    next();
  }

  static Expression parse(String text) {
    FormulaParser parser = new FormulaParser(text);
    Expression law = parser.law();
    if (!parser.token.isEmpty()) {
      String what =
          parser.token.equals(")") || parser.token.equals("]")
              ? "'" + parser.token + "' closes nothing"
              : "'" + parser.token + "' is not expected here";
      throw parser.error(parser.start, what);
    }
    return law;
  }

  private FormulaException error(int position, String message) {
    return new FormulaException(text, position, message);
  }

  private void next() {
    Matcher matcher = TOKEN.matcher(text).region(at, text.length());
    if (matcher.lookingAt()) {
      isName = matcher.group("name") != null;
      isNumber = matcher.group("number") != null;
      token = isName ? matcher.group("name") : isNumber ? matcher.group("number") : matcher.group("sign");
      at = matcher.end();
      start = at - token.length();
      return;
    }
    start = at;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    if (start < text.length()) {
      throw error(start, "'" + text.charAt(start) + "' has no meaning in a formula");
    }
    token = "";
    isName = false;
    isNumber = false;
  }

  private boolean take(String wanted) {
    if (token.equals(wanted)) {
      next();
      return true;
    }
    return false;
  }

  /// A closing bracket, whose opening one is at `opened`.
  private void close(String bracket, int opened) {
    if (!take(bracket)) {
      throw error(
          token.isEmpty() ? opened : start,
          token.isEmpty()
              ? "'" + text.charAt(opened) + "' is not closed"
              : "expected '" + bracket + "' or an operator, not '" + token + "'");
    }
  }

  private Expression law() {
    if (++depth > DEEPEST) {
      throw error(start, "nested too deeply");
    }
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> operands = new ArrayList<>(List.of(first));
    int position = start;
    while (token.matches("<=|<|>=|>|==|=")) {
      operators.add(token);
      next();
      operands.add(sum());
    }
    depth--;
    return operators.isEmpty() ? first : new Comparison(position, operators, operands);
  }

  private Expression sum() {
    Expression left = product();
    while (token.equals("+") || token.equals("-")) {
      int position = start;
      char operator = token.charAt(0);
      count(position);
      next();
      left = new Operation(position, operator, left, product());
    }
    return left;
  }

  private void count(int position) {
    if (++operators > MOST_OPERATORS) {
      throw error(
          position, "more than " + MOST_OPERATORS + " operators; use sum(i in 0..9, ...) or a linear law");
    }
  }

  private Expression product() {
    Expression left = sign();
    while (token.equals("*") || token.equals("/")) {
      int position = start;
      char operator = token.charAt(0);
      count(position);
      next();
      left = new Operation(position, operator, left, sign());
    }
    return left;
  }

  private Expression sign() {
    if (++depth > DEEPEST) {
      throw error(start, "nested too deeply");
    }
    int position = start;
    Expression result;
    if (take("-")) {
      result = new Negation(position, sign());
    } else if (take("+")) {
      result = sign();
    } else {
      result = power();
    }
    depth--;
    return result;
  }

  private Expression power() {
    Expression base = primary();
    int position = start;
    return take("^") ? new Operation(position, '^', base, sign()) : base;
  }

  private Expression primary() {
    int position = start;
    if (isNumber) {
      double value = Double.parseDouble(token);
      if (!Double.isFinite(value)) {
        throw error(position, "'" + token + "' is too large a number");
      }
      next();
      return new Number(position, value);
    }
    if (isName) {
      String name = token;
      next();
      int opened = start;
      if (take("(")) {
        return call(position, name, opened);
      }
      List<Index> indices = new ArrayList<>();
      if (take("[")) {
        do {
          Expression from = sum();
          indices.add(new Index(from, take("..") ? sum() : from));
        } while (take(","));
        close("]", opened);
      }
      return new Name(position, name, indices);
    }
    if (take("(")) {
      Expression inner = law();
      close(")", position);
      return inner;
    }
    throw error(
        position,
        token.isEmpty()
            ? (text.isBlank() ? "the formula is empty" : "the formula ends where a value is expected")
            : "expected a number, a name or '(', not '" + token + "'");
  }

  private Expression call(int position, String function, int opened) {
    List<String> particles = new ArrayList<>();
    List<Range> ranges = new ArrayList<>();
    List<Expression> arguments = new ArrayList<>();
    if (PARTICLES.matcher(text).region(start, text.length()).lookingAt()) {
      do {
        if (particles.contains(token)) {
          throw error(start, "the index '" + token + "' is used twice");
        }
        particles.add(token);
        next();
      } while (take("<"));
      next();
    }
    if (!token.equals(")")) {
      do {
        if (isName && isRange()) {
          int at = start;
          String index = token;
          next();
          next();
          Expression from = sum();
          if (!take("..")) {
            throw error(start, "expected '..' as in 'i in 0..9'");
          }
          ranges.add(new Range(at, index, from, sum()));
        } else {
          arguments.add(law());
        }
      } while (take(","));
    }
    close(")", opened);
    return new Call(position, function, particles, ranges, arguments);
  }

  /// Whether the name at hand is followed by `in`.
  private boolean isRange() {
    Matcher matcher = TOKEN.matcher(text).region(at, text.length());
    return matcher.lookingAt() && "in".equals(matcher.group("name"));
  }
}
