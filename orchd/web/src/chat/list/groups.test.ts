import { describe, expect, it } from "vitest";
import { dayGroup, groupKey, untilMidnight } from "./groups";

const NOW = new Date(2026, 10, 29, 15, 0);
const group = (...date: [number, number, number, number?]): string =>
  groupKey(dayGroup({ pinned: false, updatedAt: new Date(...date).toISOString() }, NOW));

describe("groups of conversations", () => {
  it("go by days of the calendar, not by hours", () => {
    expect(group(2026, 10, 29, 0)).toBe("today");
    expect(group(2026, 10, 28, 23)).toBe("yesterday");
    expect(group(2026, 10, 27, 23)).toBe("week");
    expect(group(2026, 10, 22, 0)).toBe("week");
    expect(group(2026, 10, 21, 23)).toBe("month");
    expect(group(2026, 9, 30, 0)).toBe("month");
    expect(group(2026, 9, 29, 23)).toBe("2026-9");
    expect(group(2025, 9, 29)).toBe("2025-9");
  });

  it("have what is pinned first, whenever it was used", () => {
    expect(dayGroup({ pinned: true, updatedAt: "2020-01-01T00:00:00Z" }, NOW)).toBe("pinned");
  });

  it("are others from midnight on", () => {
    expect(untilMidnight(NOW)).toBe(9 * 3_600_000);
  });
});
