import { expect, test } from "vitest";
import { checkProblem } from "../../../compiler/allocation/check-problem.ts";

const messages = (value: unknown): readonly string[] => {
  const checked = checkProblem(value);
  return checked.ok
    ? []
    : checked.diagnostics.map(({ code, message, hint }) => `${code}: ${message} (${hint})`);
};
const choice = { id: "w4", loss: 1, cost: { bytes: 4 } };
const item = { id: "a", choices: [choice, { id: "w8", loss: 0, cost: { bytes: 8 } }] };
const good = { items: [item, { ...item, id: "b" }], budgets: { bytes: 12 } };

test("takes a problem with ties and pairs", () => {
  const pairs = [{ items: ["a", "b"], choices: ["w4", "w8"], loss: -1 }];
  expect(messages({ ...good, ties: [["a", "b"]], pairs })).toEqual([]);
});

test("reports all faults at once, each with its place", () => {
  const items = [
    { id: "a", choices: [{ id: "w4", loss: "low", cost: { bytes: -4 } }, choice] },
    { id: "a", choices: [], colour: "red" },
    { choices: [{ ...choice, loss: Infinity, cots: {} }] },
    "b",
  ];
  expect(messages({ items, budgets: { byte: 3, cycles: null } })).toMatchInlineSnapshot(`
    [
      "allocation-value: items[0].choices[0].loss is "low", expected a finite number (write a number such as 1.5e6)",
      "allocation-value: items[0].choices[0].cost.bytes is -4, expected at least 0 (costs and budgets are not negative)",
      "allocation-duplicate: items[0].choices[1].id is "w4", as of an earlier choice (ids of choices differ within an item)",
      "allocation-key: items[1] has no "colour" (known: choices, id)",
      "allocation-duplicate: items[1].id is "a", as of an earlier item (give each item an id of its own)",
      "allocation-empty: items[1].choices is empty, expected at least one (an item without a choice can be left out)",
      "allocation-value: items[2].id is missing, expected a name (write "name")",
      "allocation-key: items[2].choices[0] has no "cots" (did you mean cost?)",
      "allocation-value: items[2].choices[0].loss is Infinity, expected a finite number (write a number such as 1.5e6)",
      "allocation-value: items[3] is "b", expected an object (write {"name": value, …})",
      "allocation-unknown: budgets.byte limits what no choice costs (did you mean bytes?)",
      "allocation-value: budgets.cycles is null, expected a finite number (write a number such as 1.5e6)",
      "allocation-unknown: budgets.cycles limits what no choice costs (known: bytes)",
    ]
  `);
});

test("reports ties and pairs that name nothing or cannot hold", () => {
  const other = { id: "c", choices: [{ ...choice, id: "w2" }] };
  const pair = { items: ["a", "b"], choices: ["w4", "w8"], loss: 1 };
  const faulty = {
    ...good,
    items: [...good.items, other],
    ties: [["a", "x"], ["a"], ["a", "a"], ["a", "b"], ["b", "c"]],
    pairs: [
      pair,
      { ...pair, items: ["b", "a"], choices: ["w8", "w4"] },
      { ...pair, choices: ["w4", "w9"] },
      { ...pair, items: ["a", "a"] },
      { ...pair, items: ["a"] },
    ],
  };
  expect(messages(faulty)).toMatchInlineSnapshot(`
    [
      "allocation-unknown: ties[0][1]: there is no item "x" (did you mean a?)",
      "allocation-tie: ties[1] names 1 items, expected at least 2 (a tie of one item does nothing: leave it out)",
      "allocation-duplicate: ties[2] names an item twice (name each item of a tie once)",
      "allocation-tie: ties[0] and ties[1] and ties[2] and ties[3] and ties[4]: no choice is common to a, b, c (tied items take choices of the same id: give them one, or untie them)",
      "allocation-duplicate: pairs[1] pairs the choices of pairs[0] again (add the two losses)",
      "allocation-unknown: pairs[2].choices[1]: the item has no choice "w9" (did you mean w4?)",
      "allocation-tie: pairs[3] pairs a with itself (add its loss to that of the choice)",
      "allocation-value: pairs[4].items has 1 entries, expected 2 (a pair is of two items)",
    ]
  `);
});

test("says what is missing of an empty problem, and that a list is none", () => {
  expect(messages({})).toMatchInlineSnapshot(`
    [
      "allocation-value: items is missing, expected a list (write [value, …])",
      "allocation-value: budgets is missing, expected an object (write {"name": value, …})",
    ]
  `);
  expect(messages([])).toMatchInlineSnapshot(`
    [
      "allocation-value: the problem is [], expected an object (write {"name": value, …})",
    ]
  `);
  expect(messages({ items: [], budgets: {} })).toMatchInlineSnapshot(`
    [
      "allocation-empty: items is empty, expected at least one (give items: [{"id": …, "choices": […]}])",
      "allocation-empty: budgets is empty, expected at least one (give budgets: {"bytes": …})",
    ]
  `);
});
