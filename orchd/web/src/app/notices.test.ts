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

it("makes room for others, but never for another's way back", () => {
  const notices = new Notices();
  const [run, over] = [vi.fn(), vi.fn()];
  for (let number = 0; number <= 4; number += 1) notices.done(String(number));
  notices.done("1"); // the same again
  expect(said(notices)).toEqual(["2", "3", "4", "1"]);
  for (let number = 0; number < 6; number += 1) notices.done("“Notes” was deleted.", { label: "Undo", run }, over);
  for (let number = 5; number < 9; number += 1) notices.failed(String(number));
  expect(said(notices)).toEqual([...Array<string>(6).fill("“Notes” was deleted."), "5", "6", "7", "8"]);
  for (let number = 0; number < 6; number += 1) notices.take(notices.all[0]?.id ?? 0);
  expect(run).toHaveBeenCalledTimes(6);
  expect(over).not.toHaveBeenCalled();
});

it("is over once it is dismissed", () => {
  const notices = new Notices();
  const over = vi.fn();
  notices.done("Removed.", undefined, over);
  notices.dismiss(notices.all[0]?.id ?? 0);
  expect(over).toHaveBeenCalledTimes(1);
});
