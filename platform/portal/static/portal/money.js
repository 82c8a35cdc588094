// Amounts as the forms read and write them: whole satang in BigInt, because money is never a float.
// Every page with amounts to type loads this file before its own.
window.money = (() => {
  "use strict";

  // The amount typed, with or without separators, in Thai or Arabic digits; null when it is none.
  function satang(text) {
    const plain = text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50)).trim();
    const match = /^(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d{0,2}))?$/.exec(plain);
    if (!match || !/\d/.test(plain)) return null;
    return BigInt(match[1].replaceAll(",", "") || "0") * 100n + BigInt((match[2] ?? "").padEnd(2, "0"));
  }

  function written(amount) {
    const whole = (amount / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    return `${whole}.${(amount % 100n).toString().padStart(2, "0")}`;
  }

  return { satang, written };
})();
