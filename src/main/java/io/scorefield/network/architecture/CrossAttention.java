package io.scorefield.network.architecture;

import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;

/// Attention of positions to the conditions of their sample, which are tokens: one for each component, and one more that stands
/// for nothing told.
///
/// Token c of the component's value v_c is v_c e_c + p_c with learned vectors e and p, the last is p alone. With queries q of the
/// positions, keys k and values of the tokens, each a linear map,
///
/// ```
/// h_i += W sum_c softmax_c(a tanh(q_i . k_c / (a sqrt(d)))) value_c        a = 8
/// ```
///
/// summed over heads. The tanh keeps the exponentials in range; scores far below a are what they are without it (the soft cap of
/// Bello et al. 2017, arXiv 1611.09940, equation 16).
///
/// Source: Vaswani et al. 2017 (arXiv 1706.03762), section 3.2, as Rombach et al. 2022 (arXiv 2112.10752), section 3.3, put it into a
/// U-Net.
final class CrossAttention {
  private static final double CAP = 8;
  private static final double SMALL = 0.3; // initial size of what it adds
  private static final int NARROWEST = 4;

  private final ProgramBuilder builder;
  private final Space tokens;
  private final Value told; // [tokens, width]

  /// @param conditions how many components, at least 1
  /// @param offset of the first of them in the network's input
  /// @param width of a token
  CrossAttention(ProgramBuilder builder, int conditions, int offset, int width) {
    this.builder = builder;
    Space components = new Space("condition", conditions);
    tokens = new Space("token", conditions + 1);
    Value given = builder.input(components, 1, new Port(Channel.INPUT, offset, 1, 1));
    Value values = builder.gather(given, Links.of(components, tokens, i -> i < conditions ? i : Links.NONE));
    double[] unit = new double[(conditions + 1) * (conditions + 1)];
    for (int i = 0; i <= conditions; i++) {
      unit[i * (conditions + 2)] = 1;
    }
    Value which = builder.constant(tokens, conditions + 1, unit);
    Value slope = builder.linear(which, builder.weights("tokens.slope", conditions + 1, width, false, Math.sqrt(conditions + 1)));
    Value place = builder.linear(which, builder.weights("tokens.place", conditions + 1, width, false, Math.sqrt(conditions + 1)));
    told = builder.add(builder.multiply(builder.spread(values, width), slope), place);
  }

  /// What positions are with what they take from the conditions.
  Value to(Value h, String name, int heads) {
    int d = Math.max(NARROWEST, h.width() / heads);
    int count = tokens.positions();
    Space pairs = new Space(h.space().name() + " and token", h.space().positions() * count);
    Links positions = Links.of(h.space(), pairs, pair -> pair / count);
    Links others = Links.of(tokens, pairs, pair -> pair % count);
    Value sum = h;
    for (int head = 0; head < heads; head++) {
      String here = name + ".head." + head;
      Value query = builder.linear(h, builder.weights(here + ".query", h.width(), d, false));
      Value key = builder.linear(told, builder.weights(here + ".key", told.width(), d, false));
      Value value = builder.linear(told, builder.weights(here + ".value", told.width(), d, false));
      Value product = builder.rowSum(builder.multiply(builder.gather(query, positions), builder.gather(key, others)));
      Value score = builder.scale(builder.tanh(builder.scale(product, 1 / (CAP * Math.sqrt(d)))), CAP);
      Value weight = builder.exp(score);
      Value total = builder.segmentSum(weight, positions);
      Value taken =
          builder.segmentSum(builder.multiply(builder.spread(weight, d), builder.gather(value, others)), positions);
      Value mean = builder.multiply(taken, builder.spread(builder.inverse(total), d));
      sum = builder.add(sum, builder.linear(mean, builder.weights(here + ".out", d, h.width(), false, SMALL)));
    }
    return sum;
  }
}
