package espo_test

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-espo/espo"
)

// failure checks an error.
func (k *check) failure() {
	if k.clean.err == nil {
		k.that(!k.fault.harmless, causeHarmless, "%v", k.err)
		k.that(!k.owedAgain(), causeNotAgain, "%v", k.err)
	}
	k.that(typed(k.err), causeNoType, "%T: %v", k.err, k.err)
	var input *espo.InputError
	if errors.As(k.err, &input) && len(k.log) > 0 {
		k.fail(causeInput, "%v after %s", k.err, k.requests())
	}
	if input == nil && !named(k.err) {
		k.that(k.placed(), causeNoPlace, "%v after %s", k.err, k.requests())
	}
	if k.cancelled {
		k.that(errors.Is(k.err, context.Canceled) && !errors.Is(k.err, espo.ErrTransport), causeContext, "%v", k.err)
	}
	k.outcomes()
	k.foreigners()
}

// owedAgain reports whether the fault was one after which the request should
// have been sent once more, and it was not the last word.
func (k *check) owedAgain() bool {
	if k.at == 0 || k.fault.again == againNothing {
		return false
	}
	if k.fault.atDial() && (k.at > len(k.clean.log) || k.clean.log[k.at-1].logsIn()) {
		return false
	}
	if k.fault.atDial() {
		return k.fault.again == againAll || !k.clean.log[k.at-1].writes()
	}
	i := slices.IndexFunc(k.log, func(v *visit) bool { return v.hit })
	if i < 0 || k.log[i].logsIn() {
		return false
	}
	v := k.log[i]
	inFile := k.call.streams && v.good.kind == kindFile
	switch k.fault.again {
	case againAll:
		return !k.call.public
	case againStates:
		return !v.writes() || !k.once(v) && !k.call.final
	default:
		return !v.writes() && !inFile
	}
}

// ourErrors are those that stand for themselves.
var ourErrors = []error{
	context.Canceled, context.DeadlineExceeded,
	espo.ErrNotFound, espo.ErrAmbiguous, espo.ErrNothingDone, espo.ErrNotEspoCRM, espo.ErrRedirect,
	espo.ErrPages, espo.ErrNotCounted, espo.ErrNotSupported,
}

// typed reports whether an error is of one of the types of the package, or is
// the end of the caller's context.
func typed(err error) bool {
	var (
		answer    *espo.Error
		input     *espo.InputError
		transport *espo.TransportError
		upload    *espo.UploadError
		job       *espo.JobError
	)
	return slices.ContainsFunc(ourErrors, func(is error) bool { return errors.Is(err, is) }) ||
		errors.As(err, &answer) || errors.As(err, &input) || errors.As(err, &transport) ||
		errors.As(err, &upload) || errors.As(err, &job)
}

// named reports whether an error is about what the server holds and not about
// a request: it names the record, the job, or what the server lacks.
func named(err error) bool {
	var (
		e   *espo.Error
		job *espo.JobError
	)
	about := []error{espo.ErrNotFound, espo.ErrAmbiguous, espo.ErrNothingDone, espo.ErrPages, espo.ErrNotCounted, espo.ErrNotSupported}
	return !errors.As(err, &e) && (errors.As(err, &job) ||
		slices.ContainsFunc(about, func(is error) bool { return errors.Is(err, is) }))
}

// placed reports whether the error says what was asked for.
func (k *check) placed() bool {
	text := k.err.Error()
	return slices.ContainsFunc(slices.Concat(k.log, k.clean.log), func(v *visit) bool {
		path := v.path
		for _, secret := range k.secrets {
			path = strings.ReplaceAll(path, secret, "***")
		}
		return strings.Contains(text, v.method+" "+path) || k.call.public && strings.Contains(text, v.method+" LeadCapture/***")
	})
}

// outcomes checks that an error says whether a write may have been done.
func (k *check) outcomes() {
	unknown, certain := map[string]bool{}, true
	for _, v := range k.log {
		if !v.writes() {
			continue
		}
		says := nothing
		if v.hit {
			says = k.fault.says
		}
		if says == unclear && v.good.kind == kindFailure { // its status may have come through
			says = either
		}
		switch {
		case says == unclear:
			unknown[v.effect()], certain = true, false
		case says == either:
			certain = false
		case says == nothing && v.succeeded():
			delete(unknown, v.effect())
		}
	}
	is := errors.Is(k.err, espo.ErrOutcomeUnknown)
	if k.call.restart || k.clean.err != nil || k.fault.atDial() && k.fault.says != refused {
		return
	}
	k.that(is || len(unknown) == 0, causeNotUnknown, "%v after %s", k.err, k.requests())
	k.that(!is || !certain, causeNotCertain, "%v after %s", k.err, k.requests())
}

// statusSentinels are the errors of statuses.
var statusSentinels = map[int]error{
	400: espo.ErrBadRequest, 401: espo.ErrUnauthorized, 403: espo.ErrForbidden,
	404: espo.ErrNotFound, 405: espo.ErrMethodNotAllowed, 409: espo.ErrConflict,
}

// foreigners checks that an answer of something between is not taken for one
// of the server.
func (k *check) foreigners() {
	var e *espo.Error
	if !k.fault.foreign || !errors.As(k.err, &e) || e.Status != k.fault.status {
		return
	}
	k.that(errors.Is(k.err, espo.ErrNotEspoCRM), causeNotForeign, "%v", k.err)
	k.that(!errors.Is(k.err, statusSentinels[e.Status]), causeForeign, "%v", k.err)
}
