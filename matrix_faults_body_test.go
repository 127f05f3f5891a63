package espo_test

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// says200 is a success with another body.
func says200(body string) func(truth) script { return replies(200, jsonType, body) }

// Successes whose body is something else.
var bodyFaults = []fault{
	{name: "200-html", shape: replies(200, htmlType, htmlPage)},
	{name: "200-html-as-json", shape: says200(htmlPage)},
	{name: "200-text", shape: replies(200, "text/plain", "OK"), lies: lieFor(kindText)},
	{name: "200-xml", shape: replies(200, "text/xml", `<?xml version="1.0"?><error/>`), lies: lieFor(kindText)},
	{name: "200-null", shape: says200("null"), lies: lieFor(kindEmpty, kindText)},
	{name: "200-object", shape: says200("{}"), lies: lieIfFree(kindObject, kindArray)},
	{name: "200-array", shape: says200("[]"), lies: lieIfFree(kindObject, kindArray)},
	{name: "200-string", shape: says200(`""`), lies: lieFor(kindString, kindText)},
	{name: "200-zero", shape: says200("0"), lies: lieFor(kindNumber, kindText)},
	{name: "200-true", says: either, shape: says200("true"), lies: lieFor(kindBool, kindText)},
	{name: "200-false", says: either, shape: says200("false"), lies: lieFor(kindBool, kindText)},
	{name: "200-error", shape: says200(`{"error":"session expired"}`), lies: lieIfFree(kindObject)},
	{name: "200-message", shape: says200(`{"message":"please \u001b[31mwait","code":7}`), lies: lieIfFree(kindObject)},
	{name: "200-success-false", shape: says200(`{"success":false}`), lies: lieIfFree(kindObject)},
	{name: "200-nested-object", shape: says200(`{"data":{"id":"6b0538bc04ab91663"}}`), lies: lieIfFree(kindObject)},
	{name: "200-strings", shape: says200(`["a","b"]`), lies: lieIfFree(kindArray)},
	{name: "200-nulls", shape: says200(`[null]`), lies: lieIfFree(kindArray)},
	{name: "200-open-object", shape: says200(`{`)},
	{name: "200-spaces", shape: says200("   \n"), lies: lieFor(kindText)},
	{name: "200-nan", shape: says200("NaN"), lies: lieFor(kindText)},
	{name: "200-binary", shape: says200("\x00\xff\xfe\x01"), lies: lieFor(kindText)},

	{name: "spaces-around", says: nothing, harmless: true, fits: isJSON, shape: whole(func(b []byte) []byte { return slices.Concat([]byte(" \r\n\t"), b, []byte("\n ")) })},
	{name: "byte-order-mark", says: either, fits: isJSON, shape: whole(func(b []byte) []byte { return append([]byte("\ufeff"), b...) })},
	{name: "utf-16", fits: isJSON, shape: whole(utf16)},
	{name: "garbage-after", fits: isJSON, shape: whole(func(b []byte) []byte { return append(bytes.Clone(b), "garbage"...) })},
	{name: "warning-before", fits: isJSON, shape: whole(func(b []byte) []byte {
		return append([]byte("<br />\n<b>Warning</b>:  Undefined variable in <b>x.php</b><br />\n"), b...)
	})},
	{name: "two-values", fits: isJSON, shape: whole(func(b []byte) []byte { return slices.Concat(b, []byte("\n"), b) })},
	{name: "bracket-after", fits: isJSON, shape: whole(func(b []byte) []byte { return append(bytes.Clone(b), '}') })},
	{name: "control-in-string", says: either, fits: isOpen, lies: lieForAll, shape: extended(`"cNew":"a` + "\x01" + `b"`)},
	{name: "invalid-utf-8", says: either, fits: isOpen, lies: lieForAll, shape: extended(`"cNew":"a` + "\xff\xc0" + `b"`)},
	{name: "lone-surrogate", says: either, fits: isOpen, lies: lieForAll, shape: extended(`"cNew":"\ud800"`)},
	{name: "key-twice", says: either, fits: isOpen, lies: lieForAll, shape: extended(`"cNew":1,"cNew":2`)},
	{name: "id-twice", says: either, fits: only(kindRecord), shape: extended(`"id":"6b0538bc04ab91663"`), lies: lieForAll},
	{name: "key-of-controls", says: either, fits: isOpen, lies: lieForAll, shape: extended(`"\u001b[31m":"\u001b[31m"`)},
	{name: "deep", says: either, fits: isOpen, lies: lieForAll, shape: extended(`"cNew":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000))},
	{name: "deeper", fits: only(kindRecord, kindList, kindObject), shape: extended(`"cNew":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000))},
	{name: "deep-arrays", shape: says200(strings.Repeat("[", 100_000)), lies: lieFor(kindText)},
	{name: "number-huge", says: either, fits: isOpen, lies: lieForAll, shape: extended(`"cNew":1e999999,"amount":-1e400`)},
	{name: "number-long", says: either, fits: isOpen, lies: lieForAll, shape: extended(`"cNew":` + strings.Repeat("9", 100_000))},
	{name: "string-long", fits: only(kindRecord), lies: lieForAll, says: either, shape: extended(`"cNew":"` + strings.Repeat("x", 300_000) + `"`)},
	{name: "too-large", fits: only(kindRecord, kindList, kindObject), shape: extended(`"cNew":"` + strings.Repeat("x", maxMatrixReply) + `"`)},
}

// whole changes the body as a whole.
func whole(change func([]byte) []byte) func(truth) script {
	return func(a truth) script {
		a.body = change(a.body)
		return script{head: a.raw()}
	}
}

func utf16(b []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, c := range b {
		out = append(out, c, 0)
	}
	return out
}

// extended puts a member before the others of an object, and an object with
// it before the elements of an array or instead of anything else.
func extended(member string) func(truth) script {
	return whole(func(b []byte) []byte {
		b = bytes.TrimSpace(b)
		switch {
		case len(b) > 2 && b[0] == '{':
			return slices.Concat([]byte("{"+member+","), b[1:])
		case len(b) > 2 && b[0] == '[':
			return slices.Concat([]byte("[{"+member+"},"), b[1:])
		}
		return []byte("{" + member + "}")
	})
}

// edited changes the members of an object.
func edited(change func(map[string]any)) func(truth) script {
	return whole(func(b []byte) []byte {
		var m map[string]any
		if json.Unmarshal(b, &m) != nil {
			return b
		}
		change(m)
		b, err := json.Marshal(m, json.Deterministic(true))
		if err != nil {
			panic(err)
		}
		return b
	})
}

// set is for edited; without a value, the member is deleted.
func set(name string, value ...any) func(map[string]any) {
	return func(m map[string]any) {
		delete(m, name)
		if len(value) > 0 {
			m[name] = value[0]
		}
	}
}

// Records that are not as they should be.
var recordFaults = []fault{
	recordFault("record-without-id", set("id")),
	recordFault("record-id-null", set("id", nil)),
	recordFault("record-id-empty", set("id", "")),
	recordFault("record-id-number", set("id", 17)),
	recordFault("record-id-object", set("id", map[string]any{"id": "x"})),
	recordFault("record-id-false", set("id", false)),
	attributeFault("attributes-numbers", func(any) any { return 5 }),
	attributeFault("attributes-objects", func(any) any { return map[string]any{"x": []any{1}} }),
	attributeFault("attributes-texts", func(any) any { return "\x07nonsense" }),
	attributeFault("attributes-arrays", func(v any) any { return []any{v} }),
	attributeFault("attributes-nulls", func(any) any { return nil }),
	attributeFault("attributes-true", func(any) any { return true }),
}

func recordFault(name string, change func(map[string]any)) fault {
	return ofRecords(fault{name: name, fits: only(kindRecord), shape: edited(change)})
}

// attributeFault changes every attribute but the id, also of the records in a
// list.
func attributeFault(name string, change func(any) any) fault {
	changeAll := func(m map[string]any) {
		for name, v := range m {
			if name != "id" {
				m[name] = change(v)
			}
		}
	}
	return fault{name: name, says: either, lies: lieForAll, fits: only(kindRecord, kindList, kindObject), shape: edited(func(m map[string]any) {
		list, isList := m["list"].([]any)
		if !isList {
			changeAll(m)
		}
		for _, r := range list {
			if r, ok := r.(map[string]any); ok {
				changeAll(r)
			}
		}
	})}
}

// entries is for edited: it replaces what is in the list.
func entries(change func([]any) any) func(map[string]any) {
	return func(m map[string]any) {
		list, _ := m["list"].([]any)
		m["list"] = change(list)
	}
}

// Lists that are not as they should be.
var listFaults = []fault{
	listFault("list-missing", set("list")),
	listFault("list-null", set("list", nil)),
	listFault("list-object", set("list", map[string]any{"0": map[string]any{"id": "x"}})),
	listFault("list-text", set("list", "none")),
	listFault("list-false", set("list", false)),
	ofRecords(listFault("list-of-nulls", entries(func(l []any) any { return slices.Repeat([]any{nil}, len(l)) }))),
	ofRecords(listFault("list-of-texts", entries(func(l []any) any { return slices.Repeat([]any{"x"}, len(l)) }))),
	ofRecords(listFault("list-of-lists", entries(func(l []any) any { return []any{l} }))),
	ofRecords(listFault("list-of-empty-objects", entries(func(l []any) any { return slices.Repeat([]any{map[string]any{}}, len(l)) }))),
	ofRecords(listFault("list-without-ids", eachEntry(set("id")))),
	ofRecords(listFault("list-with-null-ids", eachEntry(set("id", nil)))),
	ofRecords(listFault("list-with-empty-ids", eachEntry(set("id", "")))),
	ofRecords(listFault("list-with-number-ids", eachEntry(set("id", 7)))),
	ofRecords(listFault("list-with-a-null", entries(func(l []any) any { return append([]any{nil}, l...) }))),

	totalFault("total-missing", set("total")),
	totalFault("total-null", set("total", nil)),
	totalFault("total-zero", set("total", 0)),
	totalFault("total-one", set("total", 1)),
	totalFault("total-negative", set("total", -7)),
	totalFault("total-text", set("total", "many")),
	totalFault("total-digits", set("total", "12")),
	totalFault("total-fraction", set("total", 2.5)),
	totalFault("total-huge", set("total", jsontext.Value("99999999999999999999999"))),
	totalFault("total-object", set("total", map[string]any{})),
}

func listFault(name string, change func(map[string]any)) fault {
	return fault{name: name, fits: only(kindList), shape: edited(change)}
}

// ofRecords limits a fault to records, and lists of them, that need an id.
func ofRecords(f fault) fault {
	f.lies = func(c *matrixCall, _ kind) bool { return c.noIDs }
	return f
}

func eachEntry(change func(map[string]any)) func(map[string]any) {
	return entries(func(l []any) any {
		for _, r := range l {
			if r, ok := r.(map[string]any); ok {
				change(r)
			}
		}
		return l
	})
}

// totalFault contradicts the list, unless only the total is read.
func totalFault(name string, change func(map[string]any)) fault {
	f := listFault(name, change)
	f.loose = true
	f.lies = func(c *matrixCall, _ kind) bool { return c.counts }
	return f
}
