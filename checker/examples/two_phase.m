-- Two-phase commit: the TLA+ module TwoPhase of Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS 31(1),
-- 2006), for N resource managers: the model of two_phase.h, for Rumur.
--
--   rumur two_phase.m --output two_phase.c && gcc -O3 -march=native -mcx16 two_phase.c -lpthread && ./a.out
--
-- Every action is one rule, so that the states that Rumur stores are those of the TLA+ module.
-- scripts/compare-checkers sets N and checks the number.
const N: 3;
type
  rm_id: 1 .. N;
  rm_state: enum {WORKING, PREPARED, COMMITTED, ABORTED};
  tm_state: enum {TM_INIT, TM_COMMITTED, TM_ABORTED};
var
  rms: array [rm_id] of rm_state;
  tm_prepared: array [rm_id] of boolean;
  prepared_msgs: array [rm_id] of boolean;
  tm: tm_state;
  commit_msg: boolean;
  abort_msg: boolean;

startstate begin
  for i: rm_id do
    rms[i] := WORKING;
    tm_prepared[i] := false;
    prepared_msgs[i] := false;
  end;
  tm := TM_INIT;
  commit_msg := false;
  abort_msg := false;
end;

rule "TMCommit" tm = TM_INIT & forall i: rm_id do tm_prepared[i] end ==> begin
  tm := TM_COMMITTED;
  commit_msg := true;
end;

rule "TMAbort" tm = TM_INIT ==> begin
  tm := TM_ABORTED;
  abort_msg := true;
end;

ruleset i: rm_id do
  rule "TMRcvPrepared" tm = TM_INIT & prepared_msgs[i] ==> begin tm_prepared[i] := true; end;
  rule "RMPrepare" rms[i] = WORKING ==> begin
    rms[i] := PREPARED;
    prepared_msgs[i] := true;
  end;
  rule "RMChooseToAbort" rms[i] = WORKING ==> begin rms[i] := ABORTED; end;
  rule "RMRcvCommitMsg" commit_msg ==> begin rms[i] := COMMITTED; end;
  rule "RMRcvAbortMsg" abort_msg ==> begin rms[i] := ABORTED; end;
end;

invariant "consistent"
  !exists i: rm_id do exists j: rm_id do rms[i] = COMMITTED & rms[j] = ABORTED end end;
