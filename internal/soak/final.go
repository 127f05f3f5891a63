package main

import (
	"regexp"
	"strings"
)

// markPattern is what all marks match.
var markPattern = regexp.MustCompile(`soak-\d{3,}-\d{6,}`)

// ownTypes are the entity types whose records are all the workers'.
var ownTypes = []string{
	"Account", "Contact", "Lead", "Opportunity", "Case", "Task", "Call", "Meeting", "Campaign", "TargetList", "KnowledgeBaseArticle",
	"Email", "Team", "User", "Webhook", soakType, hookType,
}

// verifyAll compares everything that the server has with what the workers know,
// when all of them have ended.
func verifyAll(t *truth, workers []*worker, p *report) {
	known := map[string]bool{}
	for _, w := range workers {
		for _, items := range w.book.items {
			for _, it := range items {
				known[it.id] = true
				w.verify(t, it)
			}
		}
	}
	for _, entity := range ownTypes {
		for _, v := range t.all(entity) {
			if problem := stranger(v, known); problem != "" {
				p.wrong("the end", "%s %s: %s", entity, v.id(), problem)
			}
		}
	}
	for to, n := range t.allEmails("") {
		if n > 1 && strings.HasPrefix(to, "soak-") {
			p.wrong("the end", "%d e-mails were sent to %s", n, to)
		}
	}
}

// verify compares a record of the book with the server's.
func (w *worker) verify(t *truth, it *item) {
	got, there := t.get(it.entity, it.id)
	if !there {
		w.report.wrong("the end", "worker %d: in the end, %s %s (%s) is gone", w.number, it.entity, it.id, it.mark)
		return
	}
	if problem := judgeRecord(it.want, got); problem != "" {
		w.report.wrong("the end", "worker %d: in the end, %s %s (%s): %s", w.number, it.entity, it.id, it.mark, problem)
	}
	for link := range it.links {
		var ids []string
		for id := range t.linked(it.entity, it.id, link) {
			ids = append(ids, id)
		}
		if problem := judgeIDs(it.linked(link), ids); problem != "" {
			w.report.wrong("the end", "worker %d: in the end, %s of %s %s: %s", w.number, link, it.entity, it.id, problem)
		}
	}
}

// stranger says what is wrong with a record that no worker knows.
func stranger(v values, known map[string]bool) string {
	if known[v.id()] {
		return ""
	}
	mark := ""
	for _, attribute := range []string{"name", "lastName", "userName", "url"} {
		if mark == "" {
			mark = markPattern.FindString(v.text(attribute))
		}
	}
	if mark == "" {
		return ""
	}
	return mark + " is there, and should not be: no call has reported it"
}
