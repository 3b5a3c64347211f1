// What Node itself takes.
console.log("0");
