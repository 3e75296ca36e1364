import { expect, it } from "vitest";
import { askerOf } from "$/chat/message/asker";

const WORDS = { you: "You", question: "Question" };
const ANA = { userId: 1, name: "ana" };

it("names who asked, and oneself as you", () => {
  expect(askerOf({ asker: ANA }, { userId: 1, ownerId: 2 }, WORDS)).toBe("You");
  expect(askerOf({ asker: ANA }, { userId: 2, ownerId: 2 }, WORDS)).toBe("ana");
  expect(askerOf({ asker: ANA }, { userId: undefined, ownerId: undefined }, WORDS)).toBe("You");
});

it("takes nobody for oneself in another one's conversation", () => {
  expect(askerOf({}, { userId: 2, ownerId: 2 }, WORDS)).toBe("You");
  expect(askerOf({}, { userId: 0, ownerId: undefined }, WORDS)).toBe("You");
  expect(askerOf({}, { userId: 2, ownerId: 1 }, WORDS)).toBe("Question");
});
