// The weights of a wide network on their way to blocks that do the same: one thread of each has its part of them copied into
// a ring of stages in the shared memory of all these blocks, which all warps of the products share, and goes on as soon as
// these are done with a stage. So the cache delivers a weight once for all of them.
#pragma once
#include "model.cuh"
#include "warpgroup.cuh"

SF_NAMESPACE_BEGIN

// A stage has the weights of 256 outputs for K inputs as wgmma takes them (warpgroup.cuh), after them where LOW their rests.
// The order is that of use, [layer][pass][stage], layers ascending, or descending on the way back; an image of a layer's
// stages is io.scorefield.engine.cuda.network.StageImage.
template <int W, bool LOW, int STAGES, int WARPS, int BLOCKS>
struct WeightRing {
  static constexpr int K = LOW ? 16 : 32;
  static constexpr int ROW = 2 * K;         // bytes
  static constexpr int PART = 256 * ROW;    // bytes
  static constexpr int BYTES = LOW ? 2 * PART : PART;
  static constexpr int A_LAYER = W / 256 * (W / K);  // stages
  static constexpr int BARRIERS = 2 * STAGES + 2;    // words of 8 bytes
  enum Order : unsigned { FORWARD, BACKWARD, END };

  unsigned char* stages;
  Mbarrier* full;  // a stage is there; behind: [STAGES] it is free, then: an order is there, and the order
  int asked;       // the stage and the phase of its barriers that is next, here and below
  unsigned asked_phase;
  int free;

  SF_DEVICE WeightRing(void* memory, void* barriers)
      : stages((unsigned char*)memory), full((Mbarrier*)barriers), asked(0), asked_phase(0), free(0) {}

  SF_DEVICE Mbarrier* empty() const { return full + STAGES; }
  SF_DEVICE Mbarrier& ordered() const { return full[2 * STAGES]; }
  SF_DEVICE volatile unsigned& order() const { return *(volatile unsigned*)(full + 2 * STAGES + 1); }

  static SF_DEVICE void advance(int& stage) { stage = stage == STAGES - 1 ? 0 : stage + 1; }

  // By one thread, before all of the cluster are in step.
  SF_DEVICE void start() const {
    for (int i = 0; i < STAGES; i++) {
      full[i].start(1);
      empty()[i].start(BLOCKS * WARPS);
    }
    ordered().start(1);
    publish_barriers();
  }

  // What the one thread does that has weights copied, until the end is ordered. All blocks order the same.
  SF_DEVICE void serve(const TensorNetwork& network) const {
    constexpr int PIECE = BYTES / BLOCKS;
    const int own = cluster_rank() * PIECE;
    int stage = 0;
    unsigned phase = 0;
    for (unsigned served = 0;; served++) {
      ordered().await(served);
      const unsigned what = order();
      if (what == END) {
        return;
      }
      for (int l = 0; l < network.count; l++) {
        const TensorLayer& layer = network.layers[what == BACKWARD ? network.count - 1 - l : l];
        const unsigned char* from = (const unsigned char*)(what == BACKWARD ? layer.backward : layer.forward);
        for (int i = 0; i < A_LAYER; i++) {
          empty()[stage].await(phase + 1);  // of the phase before; there is none at first
          full[stage].arrive_for(BYTES);
          copy_in_bulk<BLOCKS>(stages + stage * BYTES + own, from + (int64_t)i * BYTES + own, PIECE, full[stage]);
          advance(stage);
          phase += stage == 0 ? 1 : 0;
        }
      }
    }
  }

  // By one thread of the products: the weights of an evaluation, all those of the one before having been used.
  SF_DEVICE void ask(Order what) const {
    order() = what;
    ordered().arrive();
  }

  // The next stage, once it is there: its address in shared memory.
  SF_DEVICE unsigned next() {
    full[asked].await(asked_phase);
    const unsigned at = shared_address(stages + asked * BYTES);
    advance(asked);
    asked_phase ^= asked == 0 ? 1 : 0;
    return at;
  }

  // The oldest stage is used no more by the warp.
  SF_DEVICE void release() {
    if (threadIdx.x % 32 < BLOCKS) {
      empty()[free].arrive_at(threadIdx.x % 32);
    }
    __syncwarp();
    advance(free);
  }
};

SF_NAMESPACE_END
