import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Notices } from "$/app/notices.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function said(notices: Notices): string[] {
  return notices.all.map(({ text }) => text);
}

it("says what was done for a while, and then that it is over", () => {
  const notices = new Notices();
  const over = vi.fn();
  notices.done("Removed.", undefined, over);
  notices.failed("It failed.");
  expect(said(notices)).toEqual(["Removed.", "It failed."]);
  vi.runAllTimers();
  expect(said(notices)).toEqual(["It failed."]);
  expect(over).toHaveBeenCalledTimes(1);
});

it("stays longer where something is for good once it is gone", () => {
  const notices = new Notices();
  notices.done("Saved.");
  notices.done("Removed.", undefined, () => {});
  vi.advanceTimersToNextTimer();
  expect(said(notices)).toEqual(["Removed."]);
  vi.advanceTimersToNextTimer();
  expect(notices.all).toEqual([]);
});

it("is not over where its action was taken", () => {
  const notices = new Notices();
  const [run, over] = [vi.fn(), vi.fn()];
  notices.done("Removed.", { label: "Undo", run }, over);
  notices.take(notices.all[0]?.id ?? 0);
  vi.runAllTimers();
  expect(notices.all).toEqual([]);
  expect(run).toHaveBeenCalledTimes(1);
  expect(over).not.toHaveBeenCalled();
});

it("stays while somebody is at it", () => {
  const notices = new Notices();
  notices.done("Removed.");
  const id = notices.all[0]?.id ?? 0;
  notices.hold(id);
  vi.advanceTimersByTime(3_600_000);
  expect(said(notices)).toEqual(["Removed."]);
  notices.release(id);
  vi.runAllTimers();
  expect(notices.all).toEqual([]);
});

it("is over when others take its place", () => {
  const notices = new Notices();
  const over = vi.fn();
  notices.done("0", undefined, over);
  for (let number = 1; number <= 4; number += 1) notices.done(String(number));
  expect(said(notices)).toEqual(["1", "2", "3", "4"]);
  expect(over).toHaveBeenCalledTimes(1);
  notices.done("1", undefined, over); // the same again
  expect(said(notices)).toEqual(["2", "3", "4", "1"]);
  notices.dismiss(notices.all[3]?.id ?? 0);
  expect(over).toHaveBeenCalledTimes(2);
});
