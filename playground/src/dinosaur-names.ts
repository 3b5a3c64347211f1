import lines from "dinosaurs/dinosaurs.csv?raw";

export default lines.split("\n").filter(Boolean);
