/* SPDX-License-Identifier: Apache-2.0
   Filters the rows of the list. No markup characters, so that the page stays well-formed XML. */
(function () {
  "use strict";
  var form = document.getElementById("filter");
  var rows = Array.prototype.slice.call(document.querySelectorAll("tbody tr"));
  var fields = Array.prototype.slice.call(form.querySelectorAll("select"));
  var search = form.querySelector("input");
  var today = new Date().toISOString().slice(0, 10);
  function expire(row) {
    var until = row.getAttribute("data-until");
    if (row.getAttribute("data-validity") !== "valid" || until === "" || until >= today) { return; }
    var word = row.querySelector(".is"), note = document.createElement("p");
    row.setAttribute("data-validity", "expired");
    word.className = "is expired";
    word.textContent = form.getAttribute("data-expired");
    note.className = "why";
    note.textContent = form.getAttribute("data-since");
    word.parentNode.parentNode.appendChild(note);
  }
  function fits(row, words) {
    var text = row.textContent.toLowerCase();
    return fields.every(function (field) {
      var values = row.getAttribute("data-" + field.name).split("|");
      return field.value === "" || values.indexOf(field.value) !== -1;
    }) ? words.every(function (word) { return text.indexOf(word) !== -1; }) : false;
  }
  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    rows.forEach(function (row) {
      row.hidden = !fits(row, words);
      shown += row.hidden ? 0 : 1;
    });
    document.getElementById("shown").textContent = shown + " / " + rows.length;
    document.getElementById("nothing").hidden = shown !== 0;
  }
  rows.forEach(expire);
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  filter();
}());
