/* Two-phase commit: the TLA+ module TwoPhase of Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS 31(1),
 * 2006), for N resource managers, 1 to 15: the model of two_phase.h, in the same representation.
 *
 *   spin -a -DN=9 two_phase.pml && gcc -O3 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -w26 -m1000
 *
 * Every action is one d_step of the only process, which is at the head of its loop before and after it. So the states
 * that SPIN stores are the states of the TLA+ module, and its transitions are the enabled actions.
 * scripts/compare-checkers checks the former and runs both.
 */
#ifndef N
#define N 3
#endif
#define ALL ((1 << N) - 1)

#define INIT 0
#define COMMITTED 1
#define ABORTED 2

/* Of resource manager i, in two bits of rms: 0 working, 1 prepared, 2 committed, 3 aborted. */
#define RM(i) ((rms >> (2 * i)) & 3)
#define SET_RM(i, value) rms = (rms & ~(3 << (2 * i))) | (value << (2 * i))
#define ODD 1431655765 /* the lower bit of each */
#define SOME_ABORTED ((rms & (rms >> 1) & ODD) != 0)
#define SOME_COMMITTED (((rms >> 1) & ~rms & ODD) != 0)

int rms = 0;
short tm_prepared = 0;   /* whose Prepared the transaction manager has received */
short prepared_msgs = 0; /* who has sent Prepared */
byte tm = INIT;
bool commit_msg = false;
bool abort_msg = false;

#define ACTIONS_OF(i) \
  :: d_step { tm == INIT && (prepared_msgs & (1 << i)) -> tm_prepared = tm_prepared | (1 << i) } \
  :: d_step { RM(i) == 0 -> SET_RM(i, 1); prepared_msgs = prepared_msgs | (1 << i) } \
  :: d_step { RM(i) == 0 -> SET_RM(i, 3); assert(!SOME_COMMITTED) } \
  :: d_step { commit_msg -> SET_RM(i, 2); assert(!SOME_ABORTED) } \
  :: d_step { abort_msg -> SET_RM(i, 3); assert(!SOME_COMMITTED) }

active proctype two_phase() {
  do
  :: d_step { tm == INIT && tm_prepared == ALL -> tm = COMMITTED; commit_msg = true }
  :: d_step { tm == INIT -> tm = ABORTED; abort_msg = true }
  ACTIONS_OF(0)
#if N > 1
  ACTIONS_OF(1)
#endif
#if N > 2
  ACTIONS_OF(2)
#endif
#if N > 3
  ACTIONS_OF(3)
#endif
#if N > 4
  ACTIONS_OF(4)
#endif
#if N > 5
  ACTIONS_OF(5)
#endif
#if N > 6
  ACTIONS_OF(6)
#endif
#if N > 7
  ACTIONS_OF(7)
#endif
#if N > 8
  ACTIONS_OF(8)
#endif
#if N > 9
  ACTIONS_OF(9)
#endif
#if N > 10
  ACTIONS_OF(10)
#endif
#if N > 11
  ACTIONS_OF(11)
#endif
#if N > 12
  ACTIONS_OF(12)
#endif
#if N > 13
  ACTIONS_OF(13)
#endif
#if N > 14
  ACTIONS_OF(14)
#endif
  od
}
