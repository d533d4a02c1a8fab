// A network of equally wide hidden layers, 256 or 512, on tensor cores, for many samples: a block takes S of them through
// all layers. How a layer is multiplied, and where tiles of samples and outputs lie, is the product's affair
// (streamed_product.cuh, warpgroup_product.cuh); here is what happens between. Tiles are so large that the cache can deliver the
// weights, which come ahead of their use.
//
// Gradients go back where the activation is linear on both sides of 0: then a bit is all there is to keep.
#pragma once
#include "wide_sums.cuh"

SF_NAMESPACE_BEGIN

template <class Product, bool BACK>
struct StreamedNetwork {
  static constexpr int S = Product::SAMPLES;
  static constexpr int W = Product::WIDTH;
  static constexpr int PASSES = Product::PASSES;
  static constexpr int MT = Product::MT;
  static constexpr int NT = Product::NT;
  static constexpr int THREADS = 32 * Product::WARPS;
  static constexpr int BITS = MT * NT * 4 / 32;  // words a thread, pass and hidden layer
  static constexpr bool BACKWARD = BACK;
  static constexpr bool DIVERGES = false;  // the host gives it no such program
  using Group = typename Product::Group;
  using Tiles = typename Product::Tiles;
  using Rounded = typename Product::Rounded;

  const Group& group;
  const TensorNetwork& network;
  const Places& places;
  unsigned* kept;  // where BACK, bits [hidden layer][pass][word][thread]
  Product product;

  SF_DEVICE StreamedNetwork(const Group& g, const TensorNetwork& n, const Places& p, float* shared)
      : group(g), network(n), places(p), kept((unsigned*)shared + Product::words(n.dimension)), product(g, n, shared) {}

  SF_DEVICE unsigned* bits(int layer, int pass) const {
    return kept + (layer * PASSES + pass) * BITS * THREADS + threadIdx.x;
  }

  // Words of shared memory; io.scorefield.engine.cuda.sampling.SamplingPlan computes the same.
  static SF_DEVICE int words(int dimension, int hidden) {
    return Product::words(dimension) + (BACK ? hidden * PASSES * BITS * THREADS : 0);
  }

  SF_DEVICE int bias_stride() const { return W; }

  // What the activations of a pass become.
  static SF_DEVICE void round(const Tiles& c, Rounded& tiles) {
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
      for (int n = 0; n < NT; n++) {
        tiles[m][n][0] = pack_halves(c[m][n][0], c[m][n][1]);
        tiles[m][n][1] = pack_halves(c[m][n][2], c[m][n][3]);
      }
    }
  }

  // Activations of the sums times `scale`; where they are kept, for every one whether it is positive.
  SF_DEVICE void activate(Tiles& c, int layer, int pass, float scale, bool keep) const {
    activate_tiles<true>(network.activation, c, scale, nullptr);
    if constexpr (BACK) {
      if (keep) {
        unsigned* to = bits(layer, pass);
#pragma unroll
        for (int word = 0; word < BITS; word++) {
          unsigned positive = 0;
#pragma unroll
          for (int i = 0; i < 32; i++) {
            int at = word * 32 + i;
            positive |= c[at / (4 * NT)][at / 4 % NT][at % 4] > 0.0f ? 1u << i : 0u;
          }
          to[word * THREADS] = positive;
        }
      }
    }
  }

  // Gradients times `scale` and the derivatives, 1 where the activation was positive.
  SF_DEVICE void derive(Tiles& c, int layer, int pass, float scale) const {
    const float other = network.activation == Activation::LEAKY_RELU ? scale * LEAKY_SLOPE : 0.0f;
    const unsigned* from = bits(layer, pass);
#pragma unroll
    for (int word = 0; word < BITS; word++) {
      unsigned positive = from[word * THREADS];
#pragma unroll
      for (int i = 0; i < 32; i++) {
        int at = word * 32 + i;
        c[at / (4 * NT)][at / 4 % NT][at % 4] *= (positive >> i & 1u) != 0 ? scale : other;
      }
    }
  }

  // The activations of all passes, of the last one `c`, in the place of those before, once all are done with these.
  SF_DEVICE void publish(const Rounded (&held)[PASSES], const Tiles& c) const {
    product.sync();
#pragma unroll
    for (int pass = 0; pass < PASSES - 1; pass++) {
      product.publish(pass, held[pass]);
    }
    Rounded last;
    round(c, last);
    product.publish(PASSES - 1, last);
    product.published();
    product.sync();
  }

  SF_DEVICE void forward(const float* first_bias, bool keep) const {
    product.begin(false);
    Rounded held[PASSES];
#pragma unroll
    for (int pass = 0; pass < PASSES; pass++) {
      Tiles c;
      start_tiles(c, first_bias + product.first_column(pass), 1.0f);
      add_components<W>(
          c, group.rows(places.input), network.dimension, product.row(), network.first + product.first_column(pass));
      activate(c, 0, pass, 1.0f, keep);
      if (network.count == 0) {
        product.collect(c, pass, network.last);
      } else if (pass == PASSES - 1) {
        publish(held, c);
      } else {
        round(c, held[pass]);
      }
    }
#pragma unroll 1
    for (int l = 0; l < network.count; l++) {
      const TensorLayer& layer = network.layers[l];
#pragma unroll
      for (int pass = 0; pass < PASSES; pass++) {
        Tiles c;
        product.multiply(c, pass, layer.bias, layer.scale);
        activate(c, l + 1, pass, layer.inverse_scale, keep);
        if (l == network.count - 1) {
          product.collect(c, pass, network.last);
        } else if (pass == PASSES - 1) {
          publish(held, c);
        } else {
          round(c, held[pass]);
        }
      }
    }
    finish_columns<S>(
        group, Product::WARPS, network.dimension, product.sums(), network.last_bias, group.rows(places.output));
  }

  SF_DEVICE void backward() const {
    product.begin(true);
    const Rows seed = group.rows(places.seed);
    Rounded held[PASSES];
#pragma unroll
    for (int pass = 0; pass < PASSES; pass++) {
      Tiles c;
      start_tiles(c, nullptr, 0.0f);
      for (int d = 0; d < network.dimension; d++) {
        float x[MT][2];
        gather_samples(seed, d, product.row(), x);
#pragma unroll
        for (int m = 0; m < MT; m++) {
          float inverse;
          x[m][0] *= gradient_scale(seed, network.dimension, 16 * m + product.row(), inverse);
          x[m][1] *= gradient_scale(seed, network.dimension, 16 * m + product.row() + 8, inverse);
        }
        add_outer(c, network.last + d * W + product.first_column(pass), x);
      }
      derive(c, network.count, pass, 1.0f);
      if (network.count == 0) {
        product.collect(c, pass, network.first);
      } else if (pass == PASSES - 1) {
        publish(held, c);
      } else {
        round(c, held[pass]);
      }
    }
#pragma unroll 1
    for (int l = network.count - 1; l >= 0; l--) {
      const TensorLayer& layer = network.layers[l];
#pragma unroll
      for (int pass = 0; pass < PASSES; pass++) {
        Tiles c;
        product.multiply(c, pass, nullptr, 0.0f);
        derive(c, l, pass, layer.inverse_scale);
        if (l == 0) {
          product.collect(c, pass, network.first);
        } else if (pass == PASSES - 1) {
          publish(held, c);
        } else {
          round(c, held[pass]);
        }
      }
    }
    finish_columns<S>(group, Product::WARPS, network.dimension, product.sums(), nullptr, group.rows(places.input));
    each(group, network.dimension, [&](int d, int s) {
      float inverse;
      gradient_scale(seed, network.dimension, s, inverse);
      group.rows(places.input)(d, s) *= inverse;
    });
    group.sync();
  }
};

SF_NAMESPACE_END
