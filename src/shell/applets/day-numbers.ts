/** Days from 1970-01-01 to a day of the Gregorian calendar; months and days may be out of range. */
export function daysFromEpoch(year: number, month: number, day: number): number {
  const years = year + Math.floor(month / 12);
  const inYear = ((month % 12) + 12) % 12;
  // Counting from March puts the leap day at the end of the year.
  const shifted = inYear < 2 ? years - 1 : years;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((inYear + 10) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
