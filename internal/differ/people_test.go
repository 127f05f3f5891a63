package differ

import (
	"github.com/go-espo/espo"
)

const password = "Differ-password-1"

func access(create, rest string) map[string]any {
	return map[string]any{"create": create, "read": rest, "edit": rest, "delete": rest, "stream": rest}
}

// recordTypes are the entity types that the program's user has every right in.
var recordTypes = []string{
	"Account", "Contact", "Lead", "Opportunity", "Case", "Task", "Meeting", "Call", "Campaign", "TargetList", "Document",
	"DocumentFolder", "KnowledgeBaseArticle", "KnowledgeBaseCategory", "Email", "EmailTemplate", "EmailTemplateCategory",
}

func people(r *run) {
	r.teamID = r.create("team", r.admin, "Team", rec{"name": "Differ team"})
	other := r.create("team.other", r.admin, "Team", rec{"name": "Differ other team"})
	data := map[string]any{"Import": true, "Calendar": true, "Activities": true, "Webhook": true, "Currency": map[string]any{"read": "yes", "edit": "yes"}}
	for _, entityType := range recordTypes {
		data[entityType] = access("yes", "all")
	}
	data["User"] = map[string]any{"read": "all", "edit": "no"}
	data["Team"] = map[string]any{"read": "all"}
	full := r.create("role.full", r.admin, "Role", rec{
		"name": "Differ full", "assignmentPermission": "all", "userPermission": "all", "messagePermission": "all",
		"exportPermission": "yes", "massUpdatePermission": "yes", "followerManagementPermission": "all",
		"mentionPermission": "all", "userCalendarPermission": "all", "auditPermission": "yes", "data": data,
	})
	small := r.create("role.limited", r.admin, "Role", rec{
		"name": "Differ limited", "assignmentPermission": "team", "exportPermission": "no", "massUpdatePermission": "no",
		"data": map[string]any{
			"Account": access("yes", "team"), "Contact": access("yes", "own"), "Lead": access("no", "all"),
			"Opportunity": map[string]any{"create": "yes", "read": "all", "edit": "own", "delete": "no", "stream": "team"},
			"Task":        access("yes", "own"), "Meeting": access("yes", "own"), "Team": map[string]any{"read": "team"}, "User": map[string]any{"read": "team"},
		},
		"fieldData": map[string]any{"Account": map[string]any{
			"website": map[string]any{"read": "no", "edit": "no"}, "industry": map[string]any{"read": "yes", "edit": "no"},
		}},
	})
	user := func(name, kind string, more rec) string {
		all := rec{"userName": name, "firstName": "Differ", "lastName": name, "type": kind, "password": password, "passwordConfirm": password}
		for k, v := range more {
			all[k] = v
		}
		return r.create("user."+name, r.admin, "User", all)
	}
	r.userID = user("differ-user", "regular", rec{"rolesIds": []string{full}, "teamsIds": []string{r.teamID}, "emailAddress": "user@differ.example", "title": "Clerk"})
	r.limitedID = user("differ-limited", "regular", rec{"rolesIds": []string{small}, "teamsIds": []string{r.teamID}})
	r.user = client(r.t, r.url, "differ-user", password)
	r.limited = client(r.t, r.url, "differ-limited", password)

	mate := user("differ-mate", "regular", rec{"teamsIds": []string{other}})
	user("differ-api", "api", rec{"authMethod": "ApiKey", "password": nil, "passwordConfirm": nil})
	user("differ-admin", "admin", nil)
	for _, c := range []struct {
		name string
		a    attrs
	}{
		{"title", attrs{"title": "Boss"}}, {"inactive", attrs{"isActive": false}}, {"active", attrs{"isActive": true}},
		{"userName.taken", attrs{"userName": "differ-user"}}, {"userName.bad", attrs{"userName": "no spaces"}},
		{"userName.empty", attrs{"userName": ""}}, {"userName.upper", attrs{"userName": "Differ-Mate"}},
		{"email", attrs{"emailAddress": "mate@differ.example"}}, {"email.bad", attrs{"emailAddress": "mate"}},
		{"lastName.empty", attrs{"lastName": ""}}, {"gender", attrs{"gender": "Male", "salutationName": "Mr."}},
		{"gender.bad", attrs{"gender": "Robot"}}, {"type.bad", attrs{"type": "robot"}}, {"type.portal", attrs{"type": "portal"}},
		{"type.regular", attrs{"type": "regular"}}, {"roles", attrs{"rolesIds": []string{small}}}, {"roles.none", attrs{"rolesIds": []string{}}},
		{"roles.missing", attrs{"rolesIds": []string{missing}}}, {"team.default", attrs{"defaultTeamId": other}},
		{"password", attrs{"password": "Other-password-1", "passwordConfirm": "Other-password-1"}}, {"phone", attrs{"phoneNumber": "+380441234567"}},
	} {
		r.update("user.update."+c.name, r.admin, "User", mate, c.a)
		r.update("user.update.by.user."+c.name, r.user, "User", r.userID, c.a)
	}
	r.update("user.restore", r.admin, "User", r.userID, attrs{
		"userName": "differ-user", "type": "regular", "rolesIds": []string{full}, "isActive": true, "emailAddress": "user@differ.example",
		"title": "Clerk", "defaultTeamId": r.teamID, "phoneNumber": nil, "gender": nil, "salutationName": nil,
	})
	r.get("get.user.self", r.user, "User", r.userID)
	r.get("get.user.mate", r.user, "User", mate)
	r.get("get.user.limited", r.limited, "User", mate)
	r.list("list.users", r.admin, "User", espo.Query{Where: espo.Where(espo.StartsWith("userName", "differ-")), OrderBy: "userName", Order: espo.Asc})
}
